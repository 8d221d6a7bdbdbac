//! Identifiers the server makes up.

/// Random bytes; an operating system that has none is met by aborting the call's connection.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without randomness every id would be the same, so there is nothing sensible to go on with.
    getrandom::fill(&mut bytes).unwrap_or_else(|error| panic!("no randomness: {error}"));
    bytes
}

/// `length` (at most 32) lower-case letters and digits, a letter first.
pub fn word(length: usize) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let letter =
        |(at, byte): (usize, &u8)| LETTERS[usize::from(*byte) % if at == 0 { 26 } else { 36 }] as char;
    bytes::<32>().iter().enumerate().take(length).map(letter).collect()
}

/// A random UUID.
pub fn uuid() -> String {
    let mut bytes = bytes::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex::encode(bytes);
    [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
}
