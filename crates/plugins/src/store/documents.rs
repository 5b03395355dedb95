//! Documents, and what they are found by.

use base::{Millis, OrgId, UserId};
use db::{Db, Error, On, Tx, sql};

/// A document as it lies in the table.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct DocumentRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) body_json: String,
    pub(crate) version: i64,
    pub(crate) person_id: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// Whose documents: the plugin, where, which collection.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    pub(crate) plugin: String,
    pub(crate) organization: Option<OrgId>,
    pub(crate) collection: String,
}

impl Shelf {
    fn org(&self) -> i64 {
        self.organization.map_or(0, OrgId::get)
    }
}

pub(crate) async fn document<'o>(
    on: impl Into<On<'o>>,
    shelf: &Shelf,
    name: &str,
) -> Result<Option<DocumentRow>, Error> {
    sql("select id, name, body_json, version, person_id, created_at, updated_at from plugin_documents
         where plugin_id = $1 and coalesce(organization_id, 0) = $2 and collection = $3 and name = $4")
    .bind(&shelf.plugin)
    .bind(shelf.org())
    .bind(&shelf.collection)
    .bind(name)
    .fetch_optional(on)
    .await
}

/// What is to be kept.
#[derive(Debug, Clone)]
pub(crate) struct NewDocument {
    pub(crate) shelf: Shelf,
    pub(crate) name: String,
    pub(crate) body: String,
    pub(crate) person: Option<UserId>,
    /// Only where that is its version; 0: only where there is none.
    pub(crate) only_if: Option<i64>,
    /// What it is found by.
    pub(crate) index: Vec<Indexed>,
}

/// One field of a document that it is found by.
#[derive(Debug, Clone)]
pub(crate) struct Indexed {
    pub(crate) field: String,
    pub(crate) text: Option<String>,
    pub(crate) number: Option<f64>,
}

/// Keeps it; `None`: another version lies there.
pub(crate) async fn put_document(
    tx: &mut Tx<'_>,
    new: &NewDocument,
    now: Millis,
) -> Result<Option<DocumentRow>, Error> {
    let row: Option<DocumentRow> = match new.only_if {
        Some(version) if version != 0 => {
            sql("update plugin_documents set body_json = $5, version = version + 1, person_id = $6, updated_at = $7
                 where plugin_id = $1 and coalesce(organization_id, 0) = $2 and collection = $3 and name = $4 and version = $8
                 returning id, name, body_json, version, person_id, created_at, updated_at")
            .bind(&new.shelf.plugin)
            .bind(new.shelf.org())
            .bind(&new.shelf.collection)
            .bind(&new.name)
            .bind(&new.body)
            .bind(new.person)
            .bind(now)
            .bind(version)
            .fetch_optional(&mut *tx)
            .await?
        }
        only_if => {
            sql("insert into plugin_documents (plugin_id, organization_id, collection, name, body_json, version, person_id, created_at, updated_at)
                 values ($1, $2, $3, $4, $5, 1, $6, $7, $7)
                 on conflict (plugin_id, coalesce(organization_id, 0), collection, name) do update set body_json = excluded.body_json,
                     version = plugin_documents.version + 1, person_id = excluded.person_id, updated_at = excluded.updated_at
                 where $8 returning id, name, body_json, version, person_id, created_at, updated_at")
            .bind(&new.shelf.plugin)
            .bind(new.shelf.organization)
            .bind(&new.shelf.collection)
            .bind(&new.name)
            .bind(&new.body)
            .bind(new.person)
            .bind(now)
            .bind(only_if.is_none())
            .fetch_optional(&mut *tx)
            .await?
        }
    };
    if let Some(row) = &row {
        set_index(tx, row.id, &new.index).await?;
    }
    Ok(row)
}

async fn set_index(tx: &mut Tx<'_>, document: i64, index: &[Indexed]) -> Result<(), Error> {
    sql("delete from plugin_document_index where document_id = $1").bind(document).execute(&mut *tx).await?;
    for entry in index {
        sql("insert into plugin_document_index (document_id, field, text_value, number_value) values ($1, $2, $3, $4)")
            .bind(document)
            .bind(&entry.field)
            .bind(entry.text.clone())
            .bind(entry.number)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// How long the one was that is gone now.
pub(crate) async fn delete_document(tx: &mut Tx<'_>, shelf: &Shelf, name: &str) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> = sql("delete from plugin_documents
         where plugin_id = $1 and coalesce(organization_id, 0) = $2 and collection = $3 and name = $4
         returning cast(length(body_json) as bigint)")
    .bind(&shelf.plugin)
    .bind(shelf.org())
    .bind(&shelf.collection)
    .bind(name)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(length,)| length))
}

/// A document, and by what it stands where it does in a list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct FoundRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) body_json: String,
    pub(crate) version: i64,
    pub(crate) person_id: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) sort_text: Option<String>,
    pub(crate) sort_number: Option<f64>,
}

/// Which documents. Eight fields at most that must be equal; what is not asked for is `None`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) equals: Vec<Indexed>,
    /// By which field; `None`: by name.
    pub(crate) order: Option<String>,
    pub(crate) descending: bool,
    pub(crate) from: Option<Indexed>,
    pub(crate) to: Option<Indexed>,
    /// Behind this one: what it is ordered by, and its name.
    pub(crate) after: Option<(Option<String>, Option<f64>, String)>,
    pub(crate) limit: u32,
}

/// One statement for all of it: how often each clause is asked for varies, and its text may not. A field that is ordered by has to be there;
/// numbers stand before texts.
macro_rules! found {
    ($beyond:literal, $order:literal) => {
        concat!(
            "select d.id, d.name, d.body_json, d.version, d.person_id, d.created_at, d.updated_at,
                 s.text_value as sort_text, s.number_value as sort_number
             from plugin_documents d left join plugin_document_index s on s.document_id = d.id and s.field = $4
             where d.plugin_id = $1 and coalesce(d.organization_id, 0) = $2 and d.collection = $3
               and ($4 = '' or s.document_id is not null)
               and ($5 is null or s.number_value >= $5) and ($6 is null or s.number_value <= $6)
               and ($7 is null or s.text_value >= $7) and ($8 is null or s.text_value <= $8)
               and ($9 = '' or exists (select 1 from plugin_document_index e where e.document_id = d.id and e.field = $9
                    and (e.text_value = $10 or e.number_value = $11)))
               and ($12 = '' or exists (select 1 from plugin_document_index e where e.document_id = d.id and e.field = $12
                    and (e.text_value = $13 or e.number_value = $14)))
               and ($15 = '' or exists (select 1 from plugin_document_index e where e.document_id = d.id and e.field = $15
                    and (e.text_value = $16 or e.number_value = $17)))
               and ($18 = '' or exists (select 1 from plugin_document_index e where e.document_id = d.id and e.field = $18
                    and (e.text_value = $19 or e.number_value = $20)))
               and (not $21 or ",
            $beyond,
            ") order by ",
            $order,
            " limit $25"
        )
    };
}

/// In their order, as many as asked for.
pub(crate) async fn find_documents(db: &Db, shelf: &Shelf, wanted: &Wanted) -> Result<Vec<FoundRow>, Error> {
    // Numbers before texts, and each kind by itself: a value of the other kind is empty, and empty ones are equal.
    let statement = if wanted.descending {
        sql(found!(
            "(case when s.number_value is null then 1 else 0 end < case when $22 is null then 1 else 0 end
              or (case when s.number_value is null then 1 else 0 end = case when $22 is null then 1 else 0 end
                  and (coalesce(s.number_value, 0) < coalesce($22, 0) or (coalesce(s.number_value, 0) = coalesce($22, 0)
                       and (coalesce(s.text_value, '') < $23 or (coalesce(s.text_value, '') = $23 and d.name < $24))))))",
            "case when s.number_value is null then 1 else 0 end desc, coalesce(s.number_value, 0) desc,
             coalesce(s.text_value, '') desc, d.name desc"
        ))
    } else {
        sql(found!(
            "(case when s.number_value is null then 1 else 0 end > case when $22 is null then 1 else 0 end
              or (case when s.number_value is null then 1 else 0 end = case when $22 is null then 1 else 0 end
                  and (coalesce(s.number_value, 0) > coalesce($22, 0) or (coalesce(s.number_value, 0) = coalesce($22, 0)
                       and (coalesce(s.text_value, '') > $23 or (coalesce(s.text_value, '') = $23 and d.name > $24))))))",
            "case when s.number_value is null then 1 else 0 end, coalesce(s.number_value, 0), coalesce(s.text_value, ''), d.name"
        ))
    };
    let of = |side: &Option<Indexed>| side.clone().map_or((None, None), |side| (side.number, side.text));
    let ((from_number, from_text), (to_number, to_text)) = (of(&wanted.from), of(&wanted.to));
    let mut query = statement
        .bind(&shelf.plugin)
        .bind(shelf.org())
        .bind(&shelf.collection)
        .bind(wanted.order.clone().unwrap_or_default())
        .bind(from_number)
        .bind(to_number)
        .bind(from_text)
        .bind(to_text);
    for n in 0..MOST_EQUALS {
        let entry = wanted.equals.get(n);
        query = query
            .bind(entry.map(|entry| entry.field.clone()).unwrap_or_default())
            .bind(entry.and_then(|entry| entry.text.clone()))
            .bind(entry.and_then(|entry| entry.number));
    }
    let (text, number, name) = wanted.after.clone().unwrap_or_default();
    query
        .bind(wanted.after.is_some())
        .bind(number)
        .bind(text.unwrap_or_default())
        .bind(name)
        .bind(wanted.limit)
        .fetch_all(db)
        .await
}

/// So many fields can be asked to be equal at once.
pub(crate) const MOST_EQUALS: usize = 4;

/// Everything a plugin keeps about somebody in documents: where, collection, name, body.
pub(crate) async fn documents_of_person(
    db: &Db,
    plugin: &str,
    person: UserId,
) -> Result<Vec<(Option<i64>, String, String, String)>, Error> {
    sql("select organization_id, collection, name, body_json from plugin_documents
         where plugin_id = $1 and person_id = $2 order by id")
    .bind(plugin)
    .bind(person)
    .fetch_all(db)
    .await
}

/// A document with everything that belongs to it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct WholeDocument {
    pub(crate) id: i64,
    pub(crate) organization_id: Option<i64>,
    pub(crate) collection: String,
    pub(crate) name: String,
    pub(crate) body_json: String,
    pub(crate) person_id: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// Everything a plugin keeps in documents, so many rows after one.
pub(crate) async fn documents_of_plugin(
    db: &Db,
    plugin: &str,
    after: i64,
    at_most: u32,
) -> Result<Vec<WholeDocument>, Error> {
    sql("select id, organization_id, collection, name, body_json, person_id, created_at, updated_at from plugin_documents
         where plugin_id = $1 and id > $2 order by id limit $3")
    .bind(plugin)
    .bind(after)
    .bind(at_most)
    .fetch_all(db)
    .await
}

/// Says since when a document has been kept, and when it was last: it comes from elsewhere.
pub(crate) async fn date_document(tx: &mut Tx<'_>, id: i64, created: Millis, updated: Millis) -> Result<(), Error> {
    sql("update plugin_documents set created_at = $2, updated_at = $3 where id = $1")
        .bind(id)
        .bind(created)
        .bind(updated)
        .execute(tx)
        .await?;
    Ok(())
}
