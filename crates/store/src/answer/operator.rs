use laisee_core::{
    ids::OperatorId,
    query::{Answer, Answered},
};

use crate::{Snapshot, StoreError, views};

pub fn by_name(views: &mut dyn Snapshot, name: &str) -> Result<Answered, StoreError> {
    match views::operator_by_name(views, name)? {
        Some(operator) => one(views, operator),
        None => Ok(Ok(Answer::Operator(None))),
    }
}

pub fn one(views: &mut dyn Snapshot, operator: OperatorId) -> Result<Answered, StoreError> {
    Ok(Ok(Answer::Operator(views::operator(views, operator)?.map(|found| (operator, found)))))
}
