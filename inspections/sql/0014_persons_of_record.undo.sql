DROP TRIGGER append_only ON inspections_person_of_record;
