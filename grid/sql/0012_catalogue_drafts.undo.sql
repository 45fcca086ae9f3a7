-- Drafts take the numbers after the last edition, in their order; their duties lie in ranges of them.
UPDATE grid_catalogue_edition AS edition SET number = given.number FROM (
    SELECT id, row_number() OVER (ORDER BY id)
        + coalesce((SELECT max(number) FROM grid_catalogue_edition), 0) AS number
    FROM grid_catalogue_edition WHERE number IS NULL) AS given
WHERE given.id = edition.id;
UPDATE grid_duty AS duty SET recorded_during = int8range(-1000000000000 - edition.number, 1 - 1000000000000 - edition.number)
FROM grid_catalogue_edition AS edition WHERE edition.id = duty.edition_id AND edition.status = 'draft';
UPDATE grid_duty AS duty SET recorded_during = int8range(-edition.number::bigint, 1 - edition.number::bigint)
FROM grid_catalogue_edition AS edition WHERE edition.id = duty.edition_id AND edition.status = 'draft';
