//! Who stands in a tree.

use std::collections::BTreeSet;

use plugin_api::page::{Cell, Node};

/// Everybody who stands in a tree.
pub fn people_in(nodes: &[Node]) -> BTreeSet<i64> {
    let mut people = BTreeSet::new();
    walk(nodes, &mut |node| {
        if let Node::Person(person) = node
            && let Ok(id) = person.id.parse()
        {
            people.insert(id);
        }
    });
    people
}

/// Every node of a tree, each before what stands in it.
pub(crate) fn walk<'a>(nodes: &'a [Node], each: &mut impl FnMut(&'a Node)) {
    for node in nodes {
        each(node);
        match node {
            Node::Stack(group) | Node::Columns(group) => walk(&group.body, each),
            Node::Card(titled) | Node::Section(titled) => walk(&titled.body, each),
            Node::Tabs(tabs) => tabs.tabs.iter().for_each(|tab| walk(&tab.body, each)),
            Node::Table(table) => table.rows.iter().flatten().for_each(|cell| walk_cell(cell, each)),
            Node::List(list) => list.items.iter().for_each(|cell| walk_cell(cell, each)),
            Node::Confirm(confirm) => walk(&confirm.body, each),
            Node::Live(live) => walk(&live.body, each),
            _ => {}
        }
    }
}

fn walk_cell<'a>(cell: &'a Cell, each: &mut impl FnMut(&'a Node)) {
    if let Cell::Parts(nodes) = cell {
        walk(nodes, each);
    }
}
