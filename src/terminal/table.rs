//! Tables as kubectl prints them: no borders, three spaces between columns, headers in capitals.

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::peaker::Priority;
use tabled::settings::{Alignment, Padding, Style, Width};

use super::clean;

/// A column's header, and the side on which its cells stand.
#[derive(Debug, Clone)]
pub struct Column {
    header: String,
    right: bool,
}

impl Column {
    /// A column of text.
    #[must_use]
    pub fn text(header: &str) -> Self {
        Self { header: header.to_uppercase(), right: false }
    }

    /// A column of numbers: they end at the same place.
    #[must_use]
    pub fn number(header: &str) -> Self {
        Self { header: header.to_uppercase(), right: true }
    }
}

/// Rows under headers. Cells are cleaned when they are added.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row. Cells that are missing stay empty; surplus cells are left out.
    pub fn row<Cell: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<String> =
            cells.into_iter().map(|cell| clean(cell.as_ref()).into_owned()).collect();
        row.resize(self.columns.len(), String::new());
        self.rows.push(row);
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text that ends with a line break; the widest columns are cut with `…` until
    /// it is no wider than `width`.
    #[must_use]
    pub fn render(&self, width: Option<usize>) -> String {
        let mut builder = Builder::with_capacity(self.rows.len() + 1, self.columns.len());
        builder.push_record(self.columns.iter().map(|column| column.header.as_str()));
        for row in &self.rows {
            builder.push_record(row.iter().map(String::as_str));
        }
        let mut table = builder.build();
        table.with(Style::empty()).with(Padding::new(0, 3, 0, 0));
        for (index, column) in self.columns.iter().enumerate() {
            let side = if column.right { Alignment::right() } else { Alignment::left() };
            table.modify(Columns::one(index), side);
        }
        // The three spaces behind the last column are cut off below, and need no room.
        table.modify(Columns::last(), Padding::zero());
        if let Some(width) = width {
            table.with(Width::truncate(width).suffix("…").priority(Priority::max(true)));
        }
        let mut text = String::new();
        for line in table.to_string().lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repositories() -> Table {
        let mut table =
            Table::new([Column::text("repository"), Column::number("tags"), Column::text("note")]);
        table.row(["shop/web", "1,234", "public"]);
        table.row(["shop/checkout-service", "7"]);
        table
    }

    #[test]
    fn columns_line_up_and_no_line_ends_in_spaces() {
        assert_eq!(
            repositories().render(None),
            "REPOSITORY               TAGS   NOTE\n\
             shop/web                1,234   public\n\
             shop/checkout-service       7\n"
        );
    }

    #[test]
    fn the_widest_column_gives_way() {
        let text = repositories().render(Some(30));
        assert!(text.lines().all(|line| line.chars().count() <= 30), "{text}");
        assert!(text.contains("1,234   public"), "{text}");
        assert!(text.contains('…'), "{text}");
    }

    #[test]
    fn a_cell_can_not_break_the_table() {
        let mut table = Table::new([Column::text("name")]);
        table.row(["a\nb\x1b[2J"]);
        assert_eq!(table.render(None), "NAME\na b\n");
    }

    #[test]
    fn wide_letters_take_two_columns() {
        let mut table = Table::new([Column::text("name"), Column::text("note")]);
        table.row(["团队", "a"]);
        assert_eq!(table.render(None), "NAME   NOTE\n团队   a\n");
    }

    #[test]
    fn a_table_without_rows_is_its_headers() {
        assert_eq!(Table::new([Column::text("a"), Column::text("b")]).render(Some(10)), "A   B\n");
    }
}
