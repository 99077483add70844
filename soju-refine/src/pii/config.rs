//! What is masked and how.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::kind::Kind;

/// What becomes of a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// A placeholder or a pseudonym takes its place.
    #[default]
    Mask,
    /// It stays, as if nobody had looked.
    Keep,
    /// It stays, and the document counts it: `pii_phone = 2` among its scores.
    Label,
}

/// What becomes of numbers that belong to the public.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicNumbers {
    /// All stay: short numbers (112, 119, 1345), service numbers (15xx, 16xx, 18xx, 080), and the lines
    /// of offices and companies, which a word such as 대표전화, 고객센터 or 병원 announces.
    Keep,
    /// Only the short ones stay. They are the same for everybody, so they identify nobody.
    #[default]
    KeepShort,
    /// All are masked like any other number; short ones where 국번 없이, 전화 or ☎ announces them.
    Mask,
}

/// The key of the pseudonyms.
///
/// It is written out as a fingerprint only, so that a job's journal and report do not give it away.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A key of the caller's.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// Whether no key was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Eight hexadecimal digits that tell two keys apart and can't be turned back into a long one.
    fn fingerprint(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let hash = Sha256::digest([b"soju secret ", self.bytes()].concat());
        format!("sha256:{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.fingerprint())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.fingerprint())
    }
}

/// What [`Pii`](super::Pii) looks for and what it puts there. By default every kind is masked by its placeholder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PiiConfig {
    /// Phone and fax numbers: mobile, area codes, 070, 050x, 060, 080, 15xx, +82, spelled ones (공일공).
    pub phone: Policy,
    /// E-mail addresses, `골뱅이` and `(at)` spellings included.
    pub email: Policy,
    /// Resident registration numbers, with the check digit and without (given since October 2020).
    pub rrn: Policy,
    /// Registration numbers of foreigners.
    pub foreigner: Policy,
    /// Passport numbers, M12345678 and M123A4567.
    pub passport: Policy,
    /// Driver's licences, 11-22-333333-44.
    pub driver_licence: Policy,
    /// Payment cards whose check digit and issuer fit.
    pub card: Policy,
    /// Bank accounts near the name of a bank or a word such as 계좌.
    pub account: Policy,
    /// Registration numbers of businesses.
    pub business: Policy,
    /// Registration numbers of corporations.
    pub corporate: Policy,
    /// Identifiers of messengers (카톡, 텔레그램, 라인).
    pub messenger: Policy,
    /// Road-name addresses, lot addresses and flats.
    pub address: Policy,
    /// IP addresses, except those that belong to nobody (loopback, documentation).
    pub ip: Policy,
    /// Web addresses.
    pub url: Policy,
    /// 119, 1588-0000, the main line of a hospital: see [`PublicNumbers`].
    pub public_numbers: PublicNumbers,
    /// Puts a pseudonym of the same shape in the place of a value, the same for the same value all
    /// through a job, and never a number that can exist. Needs `secret`.
    pub pseudonyms: bool,
    /// Key of the pseudonyms, 16 characters or more. Without it nobody can tell which value has which
    /// pseudonym; with it anybody can try all values.
    pub secret: Secret,
    /// Writes what was masked, text and place, into files of their own under `pii-spans/`. They hold
    /// the personal data of the whole corpus: keep them apart, or do not write them.
    pub spans: bool,
}

impl PiiConfig {
    /// What becomes of values of this kind.
    pub const fn policy(&self, kind: Kind) -> Policy {
        match kind {
            Kind::Phone => self.phone,
            Kind::Email => self.email,
            Kind::Rrn => self.rrn,
            Kind::Foreigner => self.foreigner,
            Kind::Passport => self.passport,
            Kind::DriverLicence => self.driver_licence,
            Kind::Card => self.card,
            Kind::Account => self.account,
            Kind::Business => self.business,
            Kind::Corporate => self.corporate,
            Kind::Messenger => self.messenger,
            Kind::Address => self.address,
            Kind::Ip => self.ip,
            Kind::Url => self.url,
        }
    }

    /// What is wrong with the configuration, if anything.
    pub fn fault(&self) -> Option<String> {
        let length = self.secret.bytes().len();
        (self.pseudonyms && length < 16).then(|| {
            format!(
                "pseudonyms need a `secret` of at least 16 bytes and it has {length}: a short key can be guessed"
            )
        })
    }
}
