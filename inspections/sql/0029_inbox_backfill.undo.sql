DELETE FROM inspections_inbox_item;
