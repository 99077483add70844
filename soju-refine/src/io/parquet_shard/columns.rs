//! The columns of a Parquet shard, and records as rows of them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use serde_json::value::RawValue;

use crate::io::FieldKinds;
use crate::io::json_object;
use crate::io::kind::Kind;
use crate::io::serialize::{SOJU_FIELD, soju_kind};

/// The member of `soju` that takes what fits no column, as the text of a JSON object.
pub(super) const OTHER_FIELDS: &str = "other_fields";

/// The fields of a record, or the members of an object.
type Members<'a> = Vec<(&'a str, &'a RawValue)>;

/// Columns by the fields that go into them.
pub(super) struct Columns {
    top: Slots,
    soju: Slots,
    text_field: Arc<str>,
}

/// The columns of one level.
struct Slots {
    columns: Vec<(String, Column)>,
    by_name: HashMap<String, usize>,
}

/// How the values of a column are written.
enum Column {
    /// As they are, where they are of the kind.
    Typed(Kind),
    /// Whatever they are, as the text of their JSON.
    Json,
}

impl Columns {
    /// Columns for records with these fields, in their order, `soju` last.
    pub(super) fn new(fields: &FieldKinds, text_field: Arc<str>) -> Self {
        let mut top: Vec<_> = fields.fields.iter().filter(|(name, _)| name != SOJU_FIELD).cloned().collect();
        // The text is always there, even where the fields come from a job that was told of another one.
        match top.iter_mut().find(|(name, _)| **name == *text_field) {
            Some((_, kind)) => *kind = Kind::String,
            None => top.insert(0, (text_field.to_string(), Kind::String)),
        }
        let Kind::Object(mut soju) = soju_kind() else { unreachable!("the kind of `soju` is an object") };
        soju.push((OTHER_FIELDS.to_owned(), Kind::String));
        let mut top = Slots::new(top);
        // Only the clean text goes there, whatever field of a record has its name.
        top.by_name.remove(&*text_field);
        Self { top, soju: Slots::new(soju), text_field }
    }

    pub(super) fn text_field(&self) -> &str {
        &self.text_field
    }

    pub(super) fn schema(&self) -> SchemaRef {
        let mut fields = self.top.arrow();
        fields.push(Field::new(SOJU_FIELD, DataType::Struct(self.soju.arrow().into()), true));
        Arc::new(Schema::new(fields))
    }

    /// Names of the columns that hold the text of JSON values.
    pub(super) fn json_columns(&self) -> Vec<String> {
        let names = |slots: &Slots, prefix: &str| {
            let json = slots.columns.iter().filter(|(_, column)| matches!(column, Column::Json));
            json.map(|(name, _)| format!("{prefix}{name}")).collect::<Vec<_>>()
        };
        let mut all = names(&self.top, "");
        all.extend(names(&self.soju, "soju."));
        all.push(format!("soju.{OTHER_FIELDS}"));
        all
    }

    /// Appends a row as a JSON object of the columns' kinds, on a line of its own. `from` is the field that the
    /// text was read from.
    pub(super) fn append(
        &self,
        line: &mut Vec<u8>,
        fields: &[(String, Box<RawValue>)],
        from: &str,
        text: &str,
        soju: &RawValue,
    ) -> Result<(), serde_json::Error> {
        let fields = fields.iter().map(|(name, value)| (name.as_str(), &**value));
        // No original text survives under a repeated name.
        let fields = fields.filter(|(name, _)| *name != SOJU_FIELD && *name != from);
        let (row, mut rest) = self.top.fill(fields);
        let notes = json_object::fields(soju.get())?;
        let (note, left) = self.soju.fill(notes.iter().map(|(name, value)| (name.as_str(), &**value)));
        let left = object(&left)?;
        if let Some(left) = &left {
            rest.push((SOJU_FIELD, left));
        }
        line.push(b'{');
        serde_json::to_writer(&mut *line, &*self.text_field)?;
        line.push(b':');
        serde_json::to_writer(&mut *line, text)?;
        self.top.append(line, &row)?;
        line.push(b',');
        serde_json::to_writer(&mut *line, SOJU_FIELD)?;
        line.extend_from_slice(b":{");
        serde_json::to_writer(&mut *line, OTHER_FIELDS)?;
        line.push(b':');
        serde_json::to_writer(&mut *line, &object(&rest)?.map(|rest| rest.get().to_owned()))?;
        self.soju.append(line, &note)?;
        line.extend_from_slice(b"}}\n");
        Ok(())
    }
}

impl Slots {
    fn new(fields: Vec<(String, Kind)>) -> Self {
        let column = |kind: Kind| if kind.is_typed() { Column::Typed(kind) } else { Column::Json };
        let columns: Vec<_> = fields.into_iter().map(|(name, kind)| (name, column(kind))).collect();
        let by_name = columns.iter().enumerate().map(|(i, (name, _))| (name.clone(), i)).collect();
        Self { columns, by_name }
    }

    fn arrow(&self) -> Vec<Field> {
        let field = |(name, column): &(String, Column)| {
            let kind = match column {
                Column::Typed(kind) => arrow_type(kind),
                Column::Json => DataType::Utf8,
            };
            Field::new(name, kind, true)
        };
        self.columns.iter().map(field).collect()
    }

    /// The value of each column, and what has none or does not fit. Of a repeated name the last counts.
    fn fill<'a>(
        &self,
        fields: impl Iterator<Item = (&'a str, &'a RawValue)>,
    ) -> (Vec<Option<&'a RawValue>>, Members<'a>) {
        let mut row = vec![None; self.columns.len()];
        let mut rest = Vec::new();
        for (name, value) in fields {
            match self.by_name.get(name) {
                Some(&i) if self.columns[i].1.holds(value) => {
                    if let Some(earlier) = row[i].replace(value) {
                        rest.push((name, earlier));
                    }
                }
                _ => rest.push((name, value)),
            }
        }
        (row, rest)
    }

    fn append(&self, line: &mut Vec<u8>, row: &[Option<&RawValue>]) -> Result<(), serde_json::Error> {
        for ((name, column), value) in self.columns.iter().zip(row) {
            let Some(value) = value.filter(|v| v.get() != "null") else { continue };
            line.push(b',');
            serde_json::to_writer(&mut *line, name)?;
            line.push(b':');
            match column {
                Column::Typed(_) => line.extend_from_slice(value.get().as_bytes()),
                Column::Json => serde_json::to_writer(&mut *line, value.get())?,
            }
        }
        Ok(())
    }
}

impl Column {
    fn holds(&self, value: &RawValue) -> bool {
        match self {
            Self::Typed(kind) => Kind::of(value).is_some_and(|of| kind.covers(&of)),
            Self::Json => true,
        }
    }
}

/// The members as one JSON object; none where there are none.
fn object(members: &[(&str, &RawValue)]) -> Result<Option<Box<RawValue>>, serde_json::Error> {
    if members.is_empty() {
        return Ok(None);
    }
    let mut json = String::from("{");
    for (i, (name, value)) in members.iter().enumerate() {
        if i > 0 {
            json.push(',');
        }
        json.push_str(&serde_json::to_string(name)?);
        json.push(':');
        json.push_str(value.get());
    }
    json.push('}');
    RawValue::from_string(json).map(Some)
}

fn arrow_type(kind: &Kind) -> DataType {
    match kind {
        Kind::Bool => DataType::Boolean,
        Kind::Int => DataType::Int64,
        Kind::Float => DataType::Float64,
        Kind::List(items) => DataType::List(Arc::new(Field::new("item", arrow_type(items), true))),
        Kind::Object(members) => {
            let field = |(name, kind): &(String, Kind)| Field::new(name, arrow_type(kind), true);
            DataType::Struct(members.iter().map(field).collect())
        }
        Kind::String | Kind::Null | Kind::Mixed => DataType::Utf8,
    }
}
