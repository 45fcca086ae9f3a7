DROP INDEX maps_spoken_part;
DROP INDEX maps_name_now;
