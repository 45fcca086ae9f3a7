ALTER TABLE maps_drawn_tile SET LOGGED;
DROP INDEX maps_line_now;
