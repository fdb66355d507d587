//! The ladder: one decode, one filter graph, one output a rung.

use std::fmt::Write as _;

use crate::config::{Hardware, VideoCodec};
use crate::ffmpeg::Run;
use crate::ladder::{Ladder, Rung};
use crate::probe::{Hdr, VideoStream};

/// How rungs are encoded, beside what the ladder says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    /// x264's name of the preset; mapped for the other encoders.
    pub preset: String,
    /// What encodes H.264.
    pub hardware: Hardware,
    /// Whether ffmpeg has the zscale filter, which tone-maps well.
    pub zscale: bool,
    /// Processor cores of this machine.
    pub cores: usize,
}

/// The name of a rung's file in the work folder.
pub fn file_name(index: usize, suffix: &str) -> String {
    format!("rung-{index}{suffix}.mp4")
}

/// The filter graph. Each of `rungs` (indices into the ladder's, the largest first) is fed from
/// the next larger one, so that most scaling starts from few pixels; its output is `[v{index}]`.
pub fn graph(
    video: &VideoStream,
    ladder: &Ladder,
    rungs: &[usize],
    encoding: &Encoding,
    padded: bool,
) -> String {
    let mut graph = format!("[0:{}]", video.index);
    let chosen: Vec<(usize, &Rung)> = rungs
        .iter()
        .filter_map(|&at| Some((at, ladder.rungs.get(at)?)))
        .collect();
    let Some((_, top)) = chosen.first() else {
        return graph;
    };
    if video.interlaced {
        graph.push_str("bwdif=mode=send_frame:deint=interlaced,");
    }
    let _ = write!(
        graph,
        "fps=fps={}/{}:start_time=0:round=near",
        ladder.frame_rate.num, ladder.frame_rate.den
    );
    if padded {
        graph.push_str(",tpad=stop_mode=clone:stop_duration=1");
    }
    if top.keep_every > 1 {
        let _ = write!(graph, ",framestep={}", top.keep_every);
    }
    graph.push_str(&to_sdr_at(video, top, encoding));
    graph.push_str(",setsar=1,format=yuv420p");

    // Rungs of one size in several codecs share a step of the cascade.
    let mut steps: Vec<Vec<(usize, &Rung)>> = Vec::new();
    for (at, rung) in chosen {
        match steps.last_mut() {
            Some(step)
                if step.first().is_some_and(|(_, first)| {
                    (first.width, first.height, first.keep_every)
                        == (rung.width, rung.height, rung.keep_every)
                }) =>
            {
                step.push((at, rung));
            }
            _ => steps.push(vec![(at, rung)]),
        }
    }
    for (number, step) in steps.iter().enumerate() {
        let next = steps.get(number + 1).and_then(|step| step.first());
        let uploads = |at: &usize| {
            let is_h264 = ladder
                .rungs
                .get(*at)
                .is_some_and(|r| r.codec == VideoCodec::H264);
            is_h264 && encoding.hardware == Hardware::Vaapi
        };
        let label = |at: &usize| {
            if uploads(at) {
                format!("[u{at}]")
            } else {
                format!("[v{at}]")
            }
        };
        let mut outputs: Vec<String> = step.iter().map(|(at, _)| label(at)).collect();
        if next.is_some() {
            outputs.push(format!("[next{number}]"));
        }
        if outputs.len() > 1 {
            let _ = write!(graph, ",split={}", outputs.len());
        }
        graph.push_str(&outputs.concat());
        for (at, _) in step.iter().filter(|(at, _)| uploads(at)) {
            let _ = write!(graph, ";[u{at}]format=nv12,hwupload[v{at}]");
        }
        if let (Some((_, next)), Some((_, from))) = (next, step.first()) {
            let _ = write!(graph, ";[next{number}]");
            let skip = next.keep_every / from.keep_every.max(1);
            if skip > 1 {
                let _ = write!(graph, "framestep={skip},");
            }
            let _ = write!(
                graph,
                "scale={}:{}:flags=bicubic,setsar=1",
                next.width, next.height
            );
        }
    }
    graph
}

/// Scales to the rung's size; brings high dynamic range down to what every screen shows.
fn to_sdr_at(video: &VideoStream, rung: &Rung, encoding: &Encoding) -> String {
    let (width, height) = (rung.width, rung.height);
    let Some(hdr) = video.hdr else {
        return format!(",scale={width}:{height}:flags=bicubic:out_range=tv");
    };
    let transfer = match hdr {
        Hdr::Pq => "smpte2084",
        Hdr::Hlg => "arib-std-b67",
    };
    if encoding.zscale {
        // Scaled first: tone mapping works on floating-point pixels and is the dearest filter.
        return format!(
            ",zscale=w={width}:h={height}:f=bicubic:tin={transfer}:min=bt2020nc:pin=bt2020:t=linear:npl=203,\
             format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0:peak=10,\
             zscale=t=bt709:m=bt709:r=tv"
        );
    }
    // Without zscale no filter knows the transfer function, so it is spelt out: to linear light
    // (1 = reference white), rolled off, and back to the gamma of ordinary screens.
    // The table is filled beyond the greatest value, where the formulas know no answer.
    let v = "clip(val/maxval,0,1)";
    let linear = match hdr {
        Hdr::Pq => format!(
            "pow(max(pow({v},0.0126833)-0.8359375,0)/(18.8515625-18.6875*pow({v},0.0126833)),6.2773946)*49.26"
        ),
        Hdr::Hlg => format!(
            "if(lte({v},0.5),pow({v},2)/3,(exp(({v}-0.55991073)/0.17883277)+0.28466892)/12)*3.774"
        ),
    };
    let curve = format!("maxval*pow(clip(({linear})*1.1/(1+({linear})),0,1),0.4545)");
    format!(
        ",scale={width}:{height}:flags=bicubic:in_color_matrix=bt2020,format=gbrp10le,\
         lutrgb=r='{curve}':g='{curve}':b='{curve}',\
         scale=out_color_matrix=bt709:out_range=tv"
    )
}

/// The encoder's words for a rung, up to its output file.
pub fn encoder_args(ladder: &Ladder, rung: &Rung, encoding: &Encoding) -> Vec<String> {
    let mut args: Vec<String> = Vec::new();
    let mut push = |words: &[&str]| args.extend(words.iter().map(|&word| word.to_owned()));
    let gop = rung.gop.to_string();
    let max = format!("{}k", rung.max_kbps);
    // One second of buffer: a segment of 4 s may exceed the cap by a quarter at most.
    push(&["-g", &gop, "-maxrate", &max, "-bufsize", &max]);
    match rung.codec {
        VideoCodec::H264 => match encoding.hardware {
            Hardware::None => {
                let threads = threads(rung, encoding.cores).to_string();
                push(&["-threads", &threads]);
                if let Some(params) = thrift(&encoding.preset) {
                    push(&["-x264-params", params]);
                }
                push(&[
                    "-c:v",
                    "libx264",
                    "-preset",
                    &encoding.preset,
                    "-crf",
                    "23",
                    "-profile:v",
                    "high",
                    "-keyint_min",
                    &gop,
                    "-sc_threshold",
                    "0",
                    "-flags",
                    "+cgop",
                ]);
            }
            Hardware::Nvenc => push(&[
                "-c:v",
                "h264_nvenc",
                "-preset",
                "p4",
                "-rc",
                "vbr",
                "-cq",
                "24",
                "-b:v",
                "0",
                "-profile:v",
                "high",
                "-no-scenecut",
                "1",
                "-forced-idr",
                "1",
                "-strict_gop",
                "1",
            ]),
            Hardware::Vaapi => push(&[
                "-c:v",
                "h264_vaapi",
                "-rc_mode",
                "VBR",
                "-b:v",
                &max,
                "-profile:v",
                "high",
                "-idr_interval",
                "0",
            ]),
            Hardware::Qsv => push(&[
                "-c:v",
                "h264_qsv",
                "-preset",
                "medium",
                "-b:v",
                &max,
                "-profile:v",
                "high",
                "-idr_interval",
                "0",
                "-adaptive_i",
                "0",
            ]),
        },
        VideoCodec::Hevc => {
            let params =
                format!("keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:log-level=error");
            push(&[
                "-c:v",
                "libx265",
                "-preset",
                &encoding.preset,
                "-crf",
                "26",
                "-tag:v",
                "hvc1",
                "-x265-params",
                &params,
            ]);
        }
        VideoCodec::Av1 => {
            // libsvtav1 takes no peak rate beside a constant quality before version 1.
            args.truncate(2);
            args.extend(
                [
                    "-c:v",
                    "libsvtav1",
                    "-preset",
                    svt_preset(&encoding.preset),
                    "-crf",
                    "36",
                ]
                .map(str::to_owned),
            );
        }
    }
    if rung.codec != VideoCodec::H264 || encoding.hardware == Hardware::None {
        args.extend(["-pix_fmt", "yuv420p"].map(str::to_owned));
    }
    let timescale = timescale(ladder.frame_rate.num).to_string();
    args.extend(super::BARE.map(str::to_owned));
    args.extend(
        [
            "-an",
            "-video_track_timescale",
            &timescale,
            "-movflags",
            super::PICTURE_FLAGS,
            "-f",
            "mp4",
        ]
        .map(str::to_owned),
    );
    args
}

/// Threads for one rung's encoder. All rungs are encoded side by side, which keeps the cores busy
/// by itself; threads within a rung only repeat work. The large ones still need some, or they
/// would hold up the others where there are many cores.
fn threads(rung: &Rung, cores: usize) -> usize {
    let share = if rung.width.min(rung.height) >= 720 {
        cores / 2
    } else {
        cores / 4
    };
    share.clamp(1, 16)
}

/// What the usual presets do beyond what closed groups of a few seconds reward: fewer reference
/// frames, a shorter look ahead and one step less of refinement take a fifth of the time away and
/// about a thousandth of the similarity. Whoever asks for a slower preset gets all of it.
fn thrift(preset: &str) -> Option<&'static str> {
    match preset {
        "fast" => Some("rc-lookahead=20:ref=1:subme=5"),
        "faster" => Some("rc-lookahead=20:ref=1"),
        _ => None,
    }
}

/// SVT-AV1 counts its presets from slow (0) to fast (13).
fn svt_preset(x264: &str) -> &'static str {
    match x264 {
        "ultrafast" | "superfast" => "12",
        "veryfast" => "10",
        "faster" | "fast" => "8",
        "medium" => "7",
        _ => "5",
    }
}

/// Ticks a second: a multiple of the frame rate's numerator, so that frames have whole lengths,
/// and at least ten thousand.
fn timescale(rate_num: u32) -> u32 {
    let num = rate_num.max(1);
    num.saturating_mul(10_000_u32.div_ceil(num))
}

/// Adds the rungs to a run that has its input already; files are named by [`file_name`]. No
/// output lasts longer than `limit` (seconds). If `padded`, the last picture stays for a second.
#[expect(
    clippy::too_many_arguments,
    reason = "each is one part of the command line"
)]
pub fn add_rungs(
    run: &mut Run,
    video: &VideoStream,
    ladder: &Ladder,
    rungs: &[usize],
    encoding: &Encoding,
    suffix: &str,
    limit: Option<&str>,
    padded: bool,
) {
    run.arg("-filter_complex")
        .arg(graph(video, ladder, rungs, encoding, padded));
    for &at in rungs {
        let Some(rung) = ladder.rungs.get(at) else {
            continue;
        };
        run.arg("-map").arg(format!("[v{at}]"));
        run.args(encoder_args(ladder, rung, encoding));
        if let Some(limit) = limit {
            run.args(["-t", limit]);
        }
        run.output(&file_name(at, suffix));
    }
}

/// What must stand before the input for this machinery to work.
pub fn device_args(encoding: &Encoding) -> &'static [&'static str] {
    match encoding.hardware {
        Hardware::Vaapi => &["-vaapi_device", "/dev/dri/renderD128"],
        Hardware::None | Hardware::Nvenc | Hardware::Qsv => &[],
    }
}
