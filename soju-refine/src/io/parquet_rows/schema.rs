//! As what the columns of a file are read.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use parquet::basic::{ConvertedType, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};

/// The schema of the file with the column `name` as plain bytes, so that one row that is not UTF-8 is its own
/// affair and not that of all rows around it. None where that column holds no string.
pub(super) fn with_bytes(
    schema: &SchemaDescriptor,
    name: &str,
) -> Result<Option<SchemaDescriptor>, ParquetError> {
    let root = schema.root_schema();
    let mut found = false;
    let fields = root.get_fields().iter().map(|field| {
        let leaf = field.is_primitive() && field.get_physical_type() == Physical::BYTE_ARRAY;
        // JSON, enumerations and decimals are no texts; bytes without a note are texts of old writers.
        let text = leaf
            && matches!(field.get_basic_info().converted_type(), ConvertedType::UTF8 | ConvertedType::NONE);
        if field.name() != name || !text || field.get_basic_info().repetition() == Repetition::REPEATED {
            return Ok(Arc::clone(field));
        }
        found = true;
        let bytes = Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_repetition(field.get_basic_info().repetition());
        bytes.build().map(Arc::new)
    });
    let fields = fields.collect::<Result<Vec<TypePtr>, _>>()?;
    let root = Type::group_type_builder(root.name()).with_fields(fields).build()?;
    Ok(found.then(|| SchemaDescriptor::new(Arc::new(root))))
}

/// The schema with every string and byte column as views, which share the pages they come from: a page of few
/// bytes whose rows all name one long value does not become that many copies.
pub(super) fn with_views(schema: &Schema) -> SchemaRef {
    let fields: Fields = schema.fields().iter().map(viewed).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn viewed(field: &FieldRef) -> FieldRef {
    let with = |kind: DataType| -> FieldRef { Arc::new(Field::clone(field).with_data_type(kind)) };
    match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => with(DataType::Utf8View),
        // Parquet knows no other zone; by its name it could not be written out.
        DataType::Timestamp(unit, Some(_)) => with(DataType::Timestamp(*unit, Some("+00:00".into()))),
        DataType::Binary | DataType::LargeBinary => with(DataType::BinaryView),
        DataType::List(item) => with(DataType::List(viewed(item))),
        DataType::LargeList(item) => with(DataType::LargeList(viewed(item))),
        DataType::Map(entries, sorted) => with(DataType::Map(viewed(entries), *sorted)),
        DataType::Struct(members) => with(DataType::Struct(members.iter().map(viewed).collect())),
        _ => Arc::clone(field),
    }
}
