-- Roads, water and green of a base tile are found without reading the points, which are most rows.
CREATE INDEX maps_line_now ON grid_facility_record USING gist (location)
    WHERE upper_inf(recorded_during) AND ST_Dimension(location) > 0;
-- A cache: losing it in a crash costs a redraw, logging it would cost every tile.
ALTER TABLE maps_drawn_tile SET UNLOGGED;
