-- A draft of the catalogue has no number any more: its duties lie in a range of its key, not of its number.
-- Two steps, so that no two drafts meet on the way.
UPDATE grid_duty AS duty SET recorded_during = int8range(-1000000000000 - edition.id, 1 - 1000000000000 - edition.id)
FROM grid_catalogue_edition AS edition WHERE edition.id = duty.edition_id AND edition.status = 'draft';
UPDATE grid_duty AS duty SET recorded_during = int8range(-edition.id, 1 - edition.id)
FROM grid_catalogue_edition AS edition WHERE edition.id = duty.edition_id AND edition.status = 'draft';
UPDATE grid_catalogue_edition SET number = NULL WHERE status = 'draft';
