//! What every engine must do. Each function is one promise and is run against
//! each engine at hand.

mod simple;
mod uploads;

use simple::*;
use uploads::*;

use crate::support::{apart, folder, s3};

macro_rules! suite {
    ($($name:ident),* $(,)?) => {
        mod on_a_folder {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(folder().await).await;
            })*
        }

        mod on_two_folders {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(apart().await).await;
            })*
        }

        mod on_s3 {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(engine) = s3().await {
                    super::$name(engine).await;
                }
            })*
        }
    };
}

suite!(
    a_blob_reads_back_whole_and_in_ranges,
    an_empty_blob_is_a_blob,
    ranges_past_the_end_are_refused,
    what_is_absent_is_not_found,
    get_all_is_bounded,
    streams_of_every_length_are_kept,
    a_broken_stream_leaves_nothing,
    a_dropped_put_leaves_nothing,
    writing_again_replaces_and_readers_finish_with_the_former,
    deleting_is_idempotent,
    a_prefix_is_a_folder_not_a_beginning,
    a_file_is_moved_in,
    parts_in_any_order_and_in_parallel_become_the_blob,
    a_part_sent_again_replaces_the_former,
    a_part_that_breaks_off_leaves_the_former,
    a_part_of_another_size_is_refused,
    receipts_are_checked,
    completing_twice_is_fine,
    an_aborted_upload_is_gone,
    handles_of_others_are_refused,
    appended_bytes_become_the_blob,
    a_broken_append_keeps_what_arrived,
    asking_for_the_offset_ends_a_stalled_append,
    a_second_append_takes_over,
    an_append_at_the_wrong_place_is_refused,
    stale_uploads_are_collected,
    a_scratch_copy_is_the_blob,
    a_presigned_address_serves_the_blob,
    the_engine_is_healthy,
);
