//! How many may be connected at once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

/// Counts who is inside.
pub(crate) struct Door {
    inside: Arc<Mutex<Inside>>,
    all: usize,
    each: usize,
}

#[derive(Default)]
struct Inside {
    all: usize,
    each: HashMap<IpAddr, usize>,
}

/// A place inside, until it is dropped.
pub(crate) struct Place {
    inside: Arc<Mutex<Inside>>,
    of: IpAddr,
}

impl Door {
    /// Lets in so many at once, and so many of each address.
    pub(crate) fn new(all: usize, each: usize) -> Self {
        Self {
            inside: Arc::default(),
            all,
            each,
        }
    }

    /// A place for somebody from there, if there is one.
    pub(crate) fn enter(&self, from: IpAddr) -> Option<Place> {
        let of = whose(from);
        let mut inside = self.inside.lock();
        let there = inside.each.get(&of).copied().unwrap_or(0);
        if inside.all >= self.all || there >= self.each {
            return None;
        }
        inside.all += 1;
        inside.each.insert(of, there + 1);
        Some(Place {
            inside: self.inside.clone(),
            of,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.inside.lock();
        inside.all = inside.all.saturating_sub(1);
        match inside.each.get_mut(&self.of) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                inside.each.remove(&self.of);
            }
        }
    }
}

/// Whom an address belongs to: of the sixth version, a whole network of 64 bits is one customer's.
fn whose(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap_or_else(|_| unreachable!("{text}"))
    }

    #[test]
    fn so_many_and_no_more() {
        let door = Door::new(3, 2);
        let first = door.enter(address("10.0.0.1"));
        let second = door.enter(address("::ffff:10.0.0.1"));
        assert!(first.is_some() && second.is_some());
        assert!(door.enter(address("10.0.0.1")).is_none());
        let other = door.enter(address("2001:db8::1"));
        assert!(other.is_some());
        assert!(door.enter(address("10.0.0.9")).is_none());
        drop(first);
        assert!(door.enter(address("10.0.0.1")).is_some());
        drop((second, other));
        assert_eq!(door.inside.lock().all, 0);
        assert!(door.inside.lock().each.is_empty());
    }

    #[test]
    fn a_network_is_one_customer() {
        let door = Door::new(9, 1);
        let first = door.enter(address("2001:db8::1"));
        assert!(first.is_some());
        assert!(door.enter(address("2001:db8::ffff:1:2:3")).is_none());
        assert!(door.enter(address("2001:db8:0:1::1")).is_some());
    }
}
