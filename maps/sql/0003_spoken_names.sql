-- What bears a name is found by it: a million facilities are not read for one.
CREATE INDEX maps_name_now ON grid_facility_record (name, facility_id)
    WHERE upper_inf(recorded_during) AND name <> '';
-- Parts of names, of all that is not one of a million.
CREATE INDEX maps_spoken_part ON maps_spoken_name USING gin (folded gin_trgm_ops, sound gin_trgm_ops)
    WHERE kind <> 'facility';
