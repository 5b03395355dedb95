//! Myth II's session key and the mixing of bodies (spec section 6).
//!
//! It hides passwords from a casual listener and nothing more: a lane of the key can take 8179
//! values. It is here because a Myth II client speaks nothing else.

use std::cell::Cell;

/// Modulus of the key exchange.
const PRIME: u32 = 32_717;
/// Its generator, of order 8179.
const GENERATOR: u32 = 18_334;
/// Check bytes before the body.
const CHECK_FRONT: [u8; 8] = [23, 34, 232, 45, 34, 53, 28, 214];
/// Check bytes after the body.
const CHECK_BACK: [u8; 8] = [40, 92, 34, 234, 4, 82, 8, 42];
/// Where the body begins in a mixed block.
const FRONT: usize = 12;

/// Bytes that encryption adds to every body, empty ones too.
pub const OVERHEAD: usize = 24;

/// Why a key or an encrypted body was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The public key is not four lanes of two bytes.
    #[error("the session key has {0} bytes instead of 8")]
    KeySize(usize),
    /// A lane is zero or not below the prime.
    #[error("the session key's lane {0} is out of range")]
    KeyLane(u16),
    /// Fewer bytes than the overhead alone.
    #[error("an encrypted body of {0} bytes is too short")]
    Short(usize),
    /// The check bytes are wrong: another key, or a changed byte.
    #[error("an encrypted body fails its check")]
    Check,
}

/// Our half of a key exchange: four exponents in 1…p−2.
#[derive(Clone)]
pub struct PrivateKey([u16; 4]);

impl PrivateKey {
    /// From 32 random bytes, eight to a lane, so that the remainder is as good as uniform.
    pub fn from_random(random: &[u8; 32]) -> Self {
        let (chunks, _) = random.as_chunks::<8>();
        let mut lanes = [1; 4];
        for (lane, chunk) in lanes.iter_mut().zip(chunks) {
            let drawn = u64::from_le_bytes(*chunk) % u64::from(PRIME - 2) + 1;
            *lane = u16::try_from(drawn).expect("a remainder below the prime fits two bytes");
        }
        Self(lanes)
    }

    /// From given exponents, as vectors and tests name them.
    pub const fn from_lanes(lanes: [u16; 4]) -> Self {
        Self(lanes)
    }

    /// The eight bytes the peer gets in packet 203.
    pub fn public(&self) -> [u8; 8] {
        join(self.0.map(|exponent| power(GENERATOR, exponent)))
    }

    /// The session's cipher, from the body of the peer's packet 203.
    ///
    /// Refused: a body that is not eight bytes, a lane that is 0 or not below the prime. A lane
    /// of 1 is legal.
    pub fn agree(&self, peer_public: &[u8]) -> Result<Cipher, CryptoError> {
        let peer: [u8; 8] = peer_public.try_into().map_err(|_| CryptoError::KeySize(peer_public.len()))?;
        let peer = split(peer);
        if let Some(&lane) = peer.iter().find(|&&lane| lane == 0 || u32::from(lane) >= PRIME) {
            return Err(CryptoError::KeyLane(lane));
        }
        let mut lanes = [0; 4];
        for (lane, (base, exponent)) in lanes.iter_mut().zip(peer.into_iter().zip(self.0)) {
            *lane = power(u32::from(base), exponent);
        }
        Ok(Cipher { key: join(lanes) })
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PrivateKey(…)")
    }
}

/// Lanes are little-endian, unlike everything else in the protocol.
fn join(lanes: [u16; 4]) -> [u8; 8] {
    let mut bytes = [0; 8];
    for (pair, lane) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(lanes) {
        *pair = lane.to_le_bytes();
    }
    bytes
}

fn split(bytes: [u8; 8]) -> [u16; 4] {
    let mut lanes = [0; 4];
    for (lane, pair) in lanes.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *lane = u16::from_le_bytes(*pair);
    }
    lanes
}

/// `base` to the power of `exponent`, modulo the prime.
fn power(base: u32, exponent: u16) -> u16 {
    let (mut result, mut base, mut exponent) = (1, base % PRIME, exponent);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    u16::try_from(result).expect("a remainder below the prime fits two bytes")
}

/// A session's agreed key.
#[derive(Clone, PartialEq, Eq)]
pub struct Cipher {
    key: [u8; 8],
}

impl std::fmt::Debug for Cipher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Cipher(…)")
    }
}

impl Cipher {
    /// From the eight bytes of a session key.
    pub const fn from_key(key: [u8; 8]) -> Self {
        Self { key }
    }

    /// The eight bytes both sides agreed on.
    pub const fn key(&self) -> [u8; 8] {
        self.key
    }

    /// Appends `body` to `out`, encrypted: [`OVERHEAD`] bytes longer. `random` is fresh for each
    /// packet; its first half goes before the body, its second half behind it.
    pub fn encrypt(&self, body: &[u8], random: [u8; 8], out: &mut Vec<u8>) {
        let start = out.len();
        out.reserve(body.len() + OVERHEAD);
        out.extend_from_slice(&random[..4]);
        out.extend_from_slice(&CHECK_FRONT);
        out.extend_from_slice(body);
        out.extend_from_slice(&CHECK_BACK);
        out.extend_from_slice(&random[4..]);
        let block = &mut out[start..];
        mix_forwards(block);
        mix_backwards(block);
        self.apply_key(block);
    }

    /// Decrypts a block in place and gives back the body within it.
    pub fn decrypt<'a>(&self, block: &'a mut [u8]) -> Result<&'a [u8], CryptoError> {
        if block.len() < OVERHEAD {
            return Err(CryptoError::Short(block.len()));
        }
        self.apply_key(block);
        unmix_backwards(block);
        unmix_forwards(block);
        let back = block.len() - FRONT;
        if block[4..FRONT] != CHECK_FRONT || block[back..back + 8] != CHECK_BACK {
            return Err(CryptoError::Check);
        }
        Ok(&block[FRONT..back])
    }

    fn apply_key(&self, block: &mut [u8]) {
        let (whole, rest) = block.as_chunks_mut::<8>();
        let key = u64::from_ne_bytes(self.key);
        for eight in whole {
            *eight = (u64::from_ne_bytes(*eight) ^ key).to_ne_bytes();
        }
        for (byte, key) in rest.iter_mut().zip(self.key) {
            *byte ^= key;
        }
    }
}

/// One step at index `at`: the byte takes in its `partner`, then gives itself to `other`.
fn mix_step(block: &mut [u8], at: usize, partner: usize, other: usize) {
    block[at] ^= block[partner];
    block[other] ^= block[at];
}

/// The inverse of [`mix_step`].
fn unmix_step(block: &mut [u8], at: usize, partner: usize, other: usize) {
    block[other] ^= block[at];
    block[at] ^= block[partner];
}

// The four passes run once per client for every line said in a room. Only the last few steps of
// each wrap around, so the bulk walks windows of cells, which costs neither a modulo nor a bounds
// check a byte. Every block has at least `OVERHEAD` bytes, so the wrapping steps never overlap.

/// Rising: byte i takes in byte i+1 and gives itself to byte i+2. The two bytes that the next step
/// needs stay in registers: reading back what was just stored would cost most of the time.
fn mix_forwards(block: &mut [u8]) {
    let n = block.len();
    let (mut first, mut second) = (block[0], block[1]);
    for three in Cell::from_mut(&mut *block).as_slice_of_cells().windows(3) {
        let [at, _, other] = three else { continue };
        let mixed = first ^ second;
        at.set(mixed);
        (first, second) = (second, other.get() ^ mixed);
    }
    (block[n - 2], block[n - 1]) = (first, second);
    mix_step(block, n - 2, n - 1, 0);
    mix_step(block, n - 1, 0, 1);
}

/// Undoes [`mix_forwards`], falling.
fn unmix_forwards(block: &mut [u8]) {
    let n = block.len();
    unmix_step(block, n - 1, 0, 1);
    unmix_step(block, n - 2, n - 1, 0);
    for three in Cell::from_mut(block).as_slice_of_cells().windows(3).rev() {
        let [at, partner, other] = three else { continue };
        other.set(other.get() ^ at.get());
        at.set(at.get() ^ partner.get());
    }
}

/// Falling: byte i takes in byte i−1 and gives itself to byte i−3.
fn mix_backwards(block: &mut [u8]) {
    let n = block.len();
    let (mut first, mut second, mut third) = (block[n - 1], block[n - 2], block[n - 3]);
    for four in Cell::from_mut(&mut *block).as_slice_of_cells().windows(4).rev() {
        let [other, _, _, at] = four else { continue };
        let mixed = first ^ second;
        at.set(mixed);
        (first, second, third) = (second, third, other.get() ^ mixed);
    }
    (block[2], block[1], block[0]) = (first, second, third);
    mix_step(block, 2, 1, n - 1);
    mix_step(block, 1, 0, n - 2);
    mix_step(block, 0, n - 1, n - 3);
}

/// Undoes [`mix_backwards`], rising.
fn unmix_backwards(block: &mut [u8]) {
    let n = block.len();
    unmix_step(block, 0, n - 1, n - 3);
    unmix_step(block, 1, 0, n - 2);
    unmix_step(block, 2, 1, n - 1);
    for four in Cell::from_mut(block).as_slice_of_cells().windows(4) {
        let [other, _, partner, at] = four else { continue };
        other.set(other.get() ^ at.get());
        at.set(at.get() ^ partner.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 6 word for word.
    fn reference_encrypt(body: &[u8], key: [u8; 8], random: [u8; 8]) -> Vec<u8> {
        let mut d = [&random[..4], &CHECK_FRONT, body, &CHECK_BACK, &random[4..]].concat();
        let n = d.len();
        for i in 0..n {
            d[i] ^= d[(i + 1) % n];
            d[(i + 2) % n] ^= d[i];
        }
        for i in (0..n).rev() {
            d[i] ^= d[(i + n - 1) % n];
            d[(i + n - 3) % n] ^= d[i];
        }
        for (i, byte) in d.iter_mut().enumerate() {
            *byte ^= key[i % 8];
        }
        d
    }

    #[test]
    fn every_small_length_equals_the_reference_and_comes_back() {
        let cipher = Cipher::from_key([0xee, 0x49, 0xa0, 0x0f, 0x2a, 0x10, 0x0f, 0x59]);
        let mut state = 1_u32;
        let mut byte = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        for length in 0..600 {
            let body: Vec<u8> = (0..length).map(|_| byte()).collect();
            let random = std::array::from_fn(|_| byte());
            let mut out = b"before".to_vec();
            cipher.encrypt(&body, random, &mut out);
            assert_eq!(out[6..], reference_encrypt(&body, cipher.key(), random), "{length} bytes");
            assert_eq!(&out[..6], b"before");
            assert_eq!(cipher.decrypt(&mut out[6..]), Ok(&*body), "{length} bytes");
        }
    }

    #[test]
    fn a_changed_byte_or_key_is_noticed() {
        let cipher = Cipher::from_key([1, 2, 3, 4, 5, 6, 7, 8]);
        let mut sealed = Vec::new();
        cipher.encrypt(b"hello", [9; 8], &mut sealed);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 0x40;
            assert_eq!(cipher.decrypt(&mut changed), Err(CryptoError::Check));
        }
        let other = Cipher::from_key([1, 2, 3, 4, 5, 6, 7, 9]);
        assert_eq!(other.decrypt(&mut sealed.clone()), Err(CryptoError::Check));
        assert_eq!(cipher.decrypt(&mut sealed[..23]), Err(CryptoError::Short(23)));
    }

    #[test]
    fn keys_out_of_range_are_refused() {
        let ours = PrivateKey::from_random(&[0xff; 32]);
        for (public, refusal) in [
            (&[0_u8; 4][..], CryptoError::KeySize(4)),
            (&[1; 9], CryptoError::KeySize(9)),
            (&[1, 0, 0, 0, 1, 0, 1, 0], CryptoError::KeyLane(0)),
            (&[1, 0, 1, 0, 1, 0, 0xcd, 0x7f], CryptoError::KeyLane(32_717)),
            (&[0xff; 8], CryptoError::KeyLane(0xffff)),
        ] {
            assert_eq!(ours.agree(public), Err(refusal), "{public:?}");
        }
        assert!(ours.agree(&[1, 0, 1, 0, 1, 0, 0xcc, 0x7f]).is_ok());
    }

    #[test]
    fn both_sides_agree() {
        for seed in 0..=u8::MAX {
            let ours = PrivateKey::from_random(&[seed; 32]);
            let theirs = PrivateKey::from_random(&std::array::from_fn(|i| {
                seed.wrapping_mul(7).wrapping_add(i.to_le_bytes()[0])
            }));
            assert!(ours.0.iter().all(|&lane| (1..=32_715).contains(&lane)));
            assert_eq!(ours.agree(&theirs.public()), theirs.agree(&ours.public()));
        }
    }
}
