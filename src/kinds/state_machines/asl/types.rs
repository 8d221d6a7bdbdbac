//! What the states language has: the types of states and their fields, by query language. See the Amazon States
//! Language (states-language.net) and the developer guide of Step Functions.

/// A type of states.
pub struct StateType {
    pub word: &'static str,
    pub fields: &'static [Field],
    /// Whether it goes on to another state or ends: `Next` or `End`. The others say it in their own way, or end.
    pub goes_on: bool,
}

/// A field of a state.
#[derive(Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub in_: Languages,
}

/// The query languages in which there is such a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Languages {
    Both,
    Path,
    Jsonata,
}

/// How a machine or a state reads and makes data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Path,
    Jsonata,
}

impl Language {
    /// The language of a word.
    pub fn of(word: &str) -> Option<Language> {
        match word {
            "JSONPath" => Some(Language::Path),
            "JSONata" => Some(Language::Jsonata),
            _ => None,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Language::Path => "JSONPath",
            Language::Jsonata => "JSONata",
        }
    }

    /// Whether a field of these languages can stand.
    pub fn has(self, languages: Languages) -> bool {
        match languages {
            Languages::Both => true,
            Languages::Path => self == Language::Path,
            Languages::Jsonata => self == Language::Jsonata,
        }
    }
}

const fn both(name: &'static str) -> Field {
    Field { name, in_: Languages::Both }
}

const fn path(name: &'static str) -> Field {
    Field { name, in_: Languages::Path }
}

const fn jsonata(name: &'static str) -> Field {
    Field { name, in_: Languages::Jsonata }
}

/// What every state has.
pub const COMMON: &[Field] = &[both("Type"), both("Comment"), both("QueryLanguage")];

/// The fields of a machine.
pub const MACHINE: &[&str] = &["StartAt", "States", "Comment", "QueryLanguage", "Version", "TimeoutSeconds"];

/// What a branch of a `Parallel` and the processor of a `Map` have.
pub const INNER: &[&str] = &["StartAt", "States", "Comment", "QueryLanguage", "ProcessorConfig"];

pub static TYPES: &[StateType] = &[
    StateType {
        word: "Task",
        goes_on: true,
        fields: &[
            both("Resource"),
            both("Credentials"),
            both("Retry"),
            both("Catch"),
            both("TimeoutSeconds"),
            both("HeartbeatSeconds"),
            both("Next"),
            both("End"),
            both("Assign"),
            path("InputPath"),
            path("OutputPath"),
            path("ResultPath"),
            path("Parameters"),
            path("ResultSelector"),
            path("TimeoutSecondsPath"),
            path("HeartbeatSecondsPath"),
            jsonata("Arguments"),
            jsonata("Output"),
        ],
    },
    StateType {
        word: "Pass",
        goes_on: true,
        fields: &[
            both("Next"),
            both("End"),
            both("Assign"),
            path("InputPath"),
            path("OutputPath"),
            path("ResultPath"),
            path("Parameters"),
            path("Result"),
            jsonata("Output"),
        ],
    },
    StateType {
        word: "Choice",
        goes_on: false,
        fields: &[
            both("Choices"),
            both("Default"),
            both("Assign"),
            path("InputPath"),
            path("OutputPath"),
            jsonata("Output"),
        ],
    },
    StateType {
        word: "Wait",
        goes_on: true,
        fields: &[
            both("Seconds"),
            both("Timestamp"),
            both("Next"),
            both("End"),
            both("Assign"),
            path("InputPath"),
            path("OutputPath"),
            path("SecondsPath"),
            path("TimestampPath"),
            jsonata("Output"),
        ],
    },
    StateType {
        word: "Succeed",
        goes_on: false,
        fields: &[path("InputPath"), path("OutputPath"), jsonata("Output")],
    },
    StateType {
        word: "Fail",
        goes_on: false,
        fields: &[both("Error"), both("Cause"), path("ErrorPath"), path("CausePath")],
    },
    StateType {
        word: "Parallel",
        goes_on: true,
        fields: &[
            both("Branches"),
            both("Retry"),
            both("Catch"),
            both("Next"),
            both("End"),
            both("Assign"),
            path("InputPath"),
            path("OutputPath"),
            path("ResultPath"),
            path("Parameters"),
            path("ResultSelector"),
            jsonata("Arguments"),
            jsonata("Output"),
        ],
    },
    StateType {
        word: "Map",
        goes_on: true,
        fields: &[
            both("ItemProcessor"),
            both("ItemReader"),
            both("ItemSelector"),
            both("ItemBatcher"),
            both("ResultWriter"),
            both("MaxConcurrency"),
            both("ToleratedFailurePercentage"),
            both("ToleratedFailureCount"),
            both("Label"),
            both("Retry"),
            both("Catch"),
            both("Next"),
            both("End"),
            both("Assign"),
            path("Iterator"),
            path("InputPath"),
            path("OutputPath"),
            path("ResultPath"),
            path("Parameters"),
            path("ResultSelector"),
            path("ItemsPath"),
            path("MaxConcurrencyPath"),
            path("ToleratedFailurePercentagePath"),
            path("ToleratedFailureCountPath"),
            jsonata("Items"),
            jsonata("Output"),
        ],
    },
];

impl StateType {
    /// The type of a word.
    pub fn of(word: &str) -> Option<&'static StateType> {
        TYPES.iter().find(|one| one.word == word)
    }

    /// A field of the type.
    pub fn field(&self, name: &str) -> Option<Field> {
        COMMON.iter().chain(self.fields).find(|field| field.name == name).copied()
    }

    /// The names of the fields that it has in a language.
    pub fn names(&self, language: Language) -> impl Iterator<Item = &'static str> {
        COMMON.iter().chain(self.fields).filter(move |field| language.has(field.in_)).map(|field| field.name)
    }
}
