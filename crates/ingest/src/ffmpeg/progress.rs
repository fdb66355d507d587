//! What ffmpeg says on its `-progress` pipe.

use std::time::Duration;

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// How much of the film is written.
    pub position: Duration,
    /// Film seconds per wall second; none while unknown.
    pub speed: Option<f32>,
    /// Bytes written so far, over all outputs that ffmpeg counts.
    pub bytes: u64,
    /// Frames written so far.
    pub frames: u64,
    /// ffmpeg has said that it is done.
    pub ended: bool,
}

impl Progress {
    /// How much of `total` is done, in per cent from 0 to 100.
    pub fn percent(&self, total: Duration) -> f32 {
        if self.ended {
            return 100.0;
        }
        if total.is_zero() {
            return 0.0;
        }
        (self.position.as_secs_f32() / total.as_secs_f32() * 100.0).clamp(0.0, 100.0)
    }

    /// Seconds until `total` is reached at the present speed; none while the speed is unknown.
    pub fn eta_seconds(&self, total: Duration) -> Option<u64> {
        let speed = self.speed.filter(|speed| *speed > 0.001)?;
        let left = total.saturating_sub(self.position).as_secs_f32() / speed;
        Duration::try_from_secs_f32(left).ok().map(|d| d.as_secs())
    }
}

/// Collects `key=value` lines into [`Progress`] reports.
#[derive(Debug, Default)]
pub struct ProgressReader {
    pending: Progress,
}

impl ProgressReader {
    /// Takes one line; a report is complete when ffmpeg writes its closing `progress=` line.
    pub fn line(&mut self, line: &str) -> Option<Progress> {
        let (key, value) = line.trim().split_once('=')?;
        let value = value.trim();
        match key {
            // Despite its name, out_time_ms is in microseconds as well; N/A before the first frame.
            "out_time_us" | "out_time_ms" => {
                if let Ok(micros) = value.parse::<i64>() {
                    self.pending.position =
                        Duration::from_micros(u64::try_from(micros).unwrap_or(0));
                }
            }
            "speed" => {
                self.pending.speed = value
                    .strip_suffix('x')
                    .and_then(|speed| speed.trim().parse().ok())
                    .filter(|speed: &f32| speed.is_finite() && *speed >= 0.0);
            }
            "total_size" => self.pending.bytes = value.parse().unwrap_or(self.pending.bytes),
            "frame" => self.pending.frames = value.parse().unwrap_or(self.pending.frames),
            "progress" => {
                self.pending.ended = value == "end";
                return Some(self.pending);
            }
            _ => {}
        }
        None
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Progress> {
        let mut reader = ProgressReader::default();
        text.lines().filter_map(|line| reader.line(line)).collect()
    }

    #[test]
    fn reports_are_read_as_ffmpeg_writes_them() {
        let reports = read(
            "frame=12\nfps=0.00\nstream_0_0_q=28.0\nbitrate=N/A\ntotal_size=48\nout_time_us=N/A\n\
             out_time_ms=N/A\nout_time=N/A\ndup_frames=0\ndrop_frames=0\nspeed=N/A\nprogress=continue\n\
             frame=240\nfps=99.1\nbitrate=12.3kbits/s\ntotal_size=123456\nout_time_us=10000000\n\
             out_time_ms=10000000\nout_time=00:00:10.000000\nspeed= 2.5x\nprogress=continue\n\
             out_time_us=39900000\nspeed=3e+01x\nprogress=end\n",
        );
        assert_eq!(reports.len(), 3);
        assert_eq!(reports[0].position, Duration::ZERO);
        assert_eq!(reports[0].speed, None);
        assert_eq!(reports[1].position, Duration::from_secs(10));
        assert_eq!(reports[1].bytes, 123_456);
        assert_eq!(reports[1].frames, 240);
        let total = Duration::from_secs(40);
        assert!((reports[1].percent(total) - 25.0).abs() < 0.01);
        assert_eq!(reports[1].eta_seconds(total), Some(12));
        assert!((reports[2].speed.unwrap() - 30.0).abs() < 0.01);
        assert!((reports[2].percent(total) - 100.0).abs() < 0.01);
    }

    #[test]
    fn nonsense_is_ignored() {
        let reports =
            read("=\nspeed=-1x\nout_time_us=-5\nspeed=nanx\n\u{1F600}\nprogress=continue");
        assert_eq!(reports, vec![Progress::default()]);
        assert_eq!(reports[0].eta_seconds(Duration::MAX), None);
        assert!(reports[0].percent(Duration::ZERO).abs() < f32::EPSILON);
    }
}
