-- The tables go with the migration before this.
SELECT 1;
