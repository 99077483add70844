//! The kinds of personal data, their names and their placeholders.

use std::ops::Range;

/// What stands in the place of a phone number.
pub const PHONE: &str = "<전화번호>";
/// What stands in the place of an e-mail address.
pub const EMAIL: &str = "<이메일>";
/// What stands in the place of a resident registration number.
pub const RRN: &str = "<주민등록번호>";

/// A kind of personal data.
///
/// Resident and foreigner registration numbers, passport and licence numbers are the "unique identification
/// information" of article 19 of the enforcement decree of the Personal Information Protection Act (개인정보
/// 보호법 시행령 제19조), which article 24 of the act forbids to handle without a ground of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Phone and fax numbers.
    Phone,
    /// E-mail addresses.
    Email,
    /// Resident registration numbers (주민등록번호).
    Rrn,
    /// Registration numbers of foreigners (외국인등록번호).
    Foreigner,
    /// Passport numbers.
    Passport,
    /// Numbers of driver's licences.
    DriverLicence,
    /// Numbers of payment cards.
    Card,
    /// Numbers of bank accounts.
    Account,
    /// Registration numbers of businesses (사업자등록번호).
    Business,
    /// Registration numbers of corporations (법인등록번호).
    Corporate,
    /// Identifiers in KakaoTalk, Telegram, Line and the like.
    Messenger,
    /// Road-name and lot addresses, flats.
    Address,
    /// IP addresses of both versions.
    Ip,
    /// Web addresses.
    Url,
}

impl Kind {
    /// Every kind, in the order of the configuration.
    pub const ALL: [Self; 14] = [
        Self::Phone,
        Self::Email,
        Self::Rrn,
        Self::Foreigner,
        Self::Passport,
        Self::DriverLicence,
        Self::Card,
        Self::Account,
        Self::Business,
        Self::Corporate,
        Self::Messenger,
        Self::Address,
        Self::Ip,
        Self::Url,
    ];

    /// The name in edits, in reports and in the configuration. Names never change.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Rrn => "rrn",
            Self::Foreigner => "foreigner",
            Self::Passport => "passport",
            Self::DriverLicence => "driver_licence",
            Self::Card => "card",
            Self::Account => "account",
            Self::Business => "business",
            Self::Corporate => "corporate",
            Self::Messenger => "messenger",
            Self::Address => "address",
            Self::Ip => "ip",
            Self::Url => "url",
        }
    }

    /// What stands in the place of a value.
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Phone => PHONE,
            Self::Email => EMAIL,
            Self::Rrn => RRN,
            Self::Foreigner => "<외국인등록번호>",
            Self::Passport => "<여권번호>",
            Self::DriverLicence => "<운전면허번호>",
            Self::Card => "<카드번호>",
            Self::Account => "<계좌번호>",
            Self::Business => "<사업자등록번호>",
            Self::Corporate => "<법인등록번호>",
            Self::Messenger => "<메신저아이디>",
            Self::Address => "<주소>",
            Self::Ip => "<IP주소>",
            Self::Url => "<URL>",
        }
    }

    /// The name under which a document counts values that were labelled, not masked.
    pub const fn measure(self) -> &'static str {
        match self {
            Self::Phone => "pii_phone",
            Self::Email => "pii_email",
            Self::Rrn => "pii_rrn",
            Self::Foreigner => "pii_foreigner",
            Self::Passport => "pii_passport",
            Self::DriverLicence => "pii_driver_licence",
            Self::Card => "pii_card",
            Self::Account => "pii_account",
            Self::Business => "pii_business",
            Self::Corporate => "pii_corporate",
            Self::Messenger => "pii_messenger",
            Self::Address => "pii_address",
            Self::Ip => "pii_ip",
            Self::Url => "pii_url",
        }
    }
}

/// A value that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Byte range in the text, on character boundaries, not empty.
    pub span: Range<usize>,
    /// How sure the recognizer is, 0 to 1: 1 where a check digit holds or a word announces the value.
    pub score: f32,
    /// Whether it is the number of a company, an office or a service and not of a person.
    pub public: bool,
}

impl Found {
    pub(super) const fn new(kind: Kind, span: Range<usize>) -> Self {
        Self { kind, span, score: 0.9, public: false }
    }

    /// Surer than the form alone makes it.
    pub(super) const fn sure(mut self, sure: bool) -> Self {
        if sure {
            self.score = 1.0;
        }
        self
    }
}
