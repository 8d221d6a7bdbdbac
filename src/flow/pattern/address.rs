//! IP addresses and networks, as the rule engine reads them (its class `CIDR`).

use std::net::{IpAddr, Ipv4Addr};

/// A network of IPv4 or IPv6 addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    pub address: IpAddr,
    /// The number of leading bits that an address shares with the network's.
    pub bits: u8,
}

impl Network {
    /// The network of one address alone: what a text that is an address stands for in a pattern.
    pub fn of(address: IpAddr) -> Network {
        Network { address, bits: width(address) }
    }

    /// Whether it has a single address.
    pub fn is_single(&self) -> bool {
        self.bits == width(self.address)
    }

    /// Whether an address is of this network. An IPv4 address is in no IPv6 network.
    pub fn contains(&self, address: IpAddr) -> bool {
        let ((net, net_width), (host, host_width)) = (bits(self.address), bits(address));
        net_width == host_width && (net ^ host).leading_zeros() >= u32::from(self.bits)
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The bits of an address from the left, and how many it has.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    }
}

/// Reads an address: decimal parts with or without leading zeros, or hexadecimal digits and colons.
/// An IPv4 address in the clothes of IPv6 (`::ffff:a00:1`) is the IPv4 address.
pub fn address(text: &str) -> Option<IpAddr> {
    match text.contains(':') {
        false => {
            let mut parts = text.split('.');
            let mut part = || {
                let part = parts.next()?;
                let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
                part.parse::<u8>().ok().filter(|_| digits)
            };
            let v4 = Ipv4Addr::new(part()?, part()?, part()?, part()?);
            parts.next().is_none().then_some(IpAddr::V4(v4))
        }
        true => {
            let plain = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
            text.parse::<IpAddr>().ok().filter(|_| plain).map(|address| address.to_canonical())
        }
    }
}

/// Reads a network: an address and the number of its leading bits.
///
/// # Errors
/// Why the rule engine refuses it, in its words.
pub fn network(text: &str) -> Result<Network, String> {
    let (host, mask) = match text.split_once('/') {
        Some((host, mask)) if !mask.is_empty() && !mask.contains('/') => (host, mask),
        _ => return Err("Malformed CIDR, one '/' required".into()),
    };
    let bits: i32 = mask.parse().map_err(|_| "Malformed CIDR, mask bits must be an integer")?;
    let bits = u8::try_from(bits.min(255)).map_err(|_| "Malformed CIDR, mask bits must not be negative")?;
    let Some(address) = address(host) else {
        return Err(match looks_like_one(host) {
            true => format!("Invalid IP address: {host}"),
            false => format!("Nonstandard IP address: {host}"),
        });
    };
    match address {
        IpAddr::V4(_) if bits > 31 => Err("IPv4 mask bits must be < 32".into()),
        IpAddr::V6(_) if bits > 127 => Err("IPv6 mask bits must be < 128".into()),
        _ => Ok(Network { address, bits }),
    }
}

/// Whether a text has the characters of an address.
fn looks_like_one(text: &str) -> bool {
    let of = |legal: fn(&u8) -> bool| text.bytes().all(|b| legal(&b));
    let v4 = text.split('.').count() == 4 && of(|b| b.is_ascii_digit() || *b == b'.');
    v4 || (text.contains(':') && of(|b| b.is_ascii_hexdigit() || *b == b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_however_they_are_spelt() {
        assert_eq!(address("010.0.0.1"), address("10.0.0.1"));
        assert_eq!(address("::1"), address("0:0:0:0:0:0:0:1"));
        assert_eq!(address("::FFFF:A00:1"), address("10.0.0.1"));
        for text in
            ["", "10.0.0", "10.0.0.256", "10.0.0.1.2", "12:30", "::ffff:10.0.0.1", "fe80::1%eth0", "+1.2.3.4"]
        {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn a_network_holds_what_shares_its_leading_bits() {
        for (net, inside, outside) in [
            ("10.0.0.77/24", "10.0.0.255", "10.0.1.0"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("10.0.0.0/+8", "10.255.0.1", "11.0.0.0"),
            ("2001:db8::/32", "2001:db8::1", "2001:db9::"),
            ("::/0", "::1", "1.2.3.4"),
            ("10.0.0.0/31", "10.0.0.1", "10.0.0.2"),
        ] {
            let network = network(net).unwrap();
            assert!(network.contains(address(inside).unwrap()), "{net} {inside}");
            assert!(!network.contains(address(outside).unwrap()), "{net} {outside}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused_in_the_words_of_the_rule_engine() {
        for (text, reason) in [
            ("10.0.0.1", "Malformed CIDR, one '/' required"),
            ("10.0.0.0/", "Malformed CIDR, one '/' required"),
            ("10.0.0.0/8/8", "Malformed CIDR, one '/' required"),
            ("10.0.0.0/x", "Malformed CIDR, mask bits must be an integer"),
            ("10.0.0.0/-1", "Malformed CIDR, mask bits must not be negative"),
            ("10.0.0.0/32", "IPv4 mask bits must be < 32"),
            ("10.0.0.0/999", "IPv4 mask bits must be < 32"),
            ("::/128", "IPv6 mask bits must be < 128"),
            ("10.0.0.999/8", "Invalid IP address: 10.0.0.999"),
            ("host/8", "Nonstandard IP address: host"),
        ] {
            assert_eq!(network(text), Err(reason.to_owned()), "{text}");
        }
    }
}
