/* The land: the shipped countries or a GeoJSON of one's own, and a projection that suits a network. */
(function () {
  "use strict";
  const planner = window.planner;
  const WIDE = 100;

  /** Features with those of one number as one: reefs have the number of the country that owns them. */
  function joined(features) {
    const found = new Map();
    features.forEach((each, index) => found.set(each.id || index, [...(found.get(each.id || index) || []), each]));
    const polygons = ({ geometry }) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);
    return [...found.values()].map((same) => (same.length === 1 ? same[0]
      : { ...same[0], geometry: { type: "MultiPolygon", coordinates: same.flatMap(polygons) } }));
  }

  /** The shapes to draw, each with the number of its country where it has one; no number stands twice. */
  planner.landOf = function (basemap) {
    if (!basemap) return [];
    if (basemap.type === "Topology") {
      const countries = topojson.feature(basemap, basemap.objects.countries).features;
      return joined(countries).map((each) => ({ number: each.id, shape: each }));
    }
    return basemap.features.map((each) => ({ number: null, shape: each }));
  };

  /** The middle of the narrowest stretch of longitudes that holds all, and its width: right across 180 degrees too. */
  planner.middleOf = function (longitudes) {
    const sorted = [...new Set(longitudes)].sort((a, b) => a - b);
    if (!sorted.length) return [0, 360];
    let widest = sorted[0] + 360 - sorted[sorted.length - 1], first = 0;
    for (let i = 1; i < sorted.length; i++) {
      if (sorted[i] - sorted[i - 1] > widest) [widest, first] = [sorted[i] - sorted[i - 1], i];
    }
    const span = 360 - widest, middle = sorted[first] + span / 2;
    return [((middle + 540) % 360) - 180, span];
  };

  /** A projection fitted to points: equal areas, turned to the middle of the network. */
  planner.projectionFor = function (points, width, height, margin) {
    const listed = points.length ? points : [[0, 0]];
    const [middle, span] = planner.middleOf(listed.map((point) => point[0]));
    const latitudes = listed.map((point) => point[1]);
    const [low, high] = [Math.min(...latitudes), Math.max(...latitudes)];
    const wide = span > WIDE || high - low > WIDE;
    const projection = wide ? d3.geoEqualEarth().rotate([-middle, 0])
      : d3.geoAzimuthalEqualArea().rotate([-middle, -(low + high) / 2]);
    const around = [];
    for (const [lon, lat] of listed) {
      around.push([lon, lat]);
      if (span < 3 && high - low < 3) around.push([lon - 2, lat], [lon + 2, lat], [lon, Math.max(-89, lat - 2)], [lon, Math.min(89, lat + 2)]);
    }
    projection.fitExtent([[margin, margin], [width - margin, height - margin]], { type: "MultiPoint", coordinates: around });
    return projection.clipExtent([[-width, -height], [2 * width, 2 * height]]);
  };

  /** Height for one of width that suits how the points lie. */
  planner.aspectOf = function (points) {
    const projection = planner.projectionFor(points, 1000, 1000, 0).clipExtent(null);
    const [[left, top], [right, bottom]] = d3.geoPath(projection).bounds({ type: "MultiPoint", coordinates: points.length ? points : [[0, 0]] });
    return (bottom - top + 60) / (right - left + 60);
  };

  /** The line of a link on the globe; parallel ones are bent aside, `bend` being 0, 1, -1, 2, ... */
  planner.lineOf = function (from, to, bend) {
    if (!bend) return { type: "LineString", coordinates: [from, to] };
    const vector = ([lon, lat]) => {
      const [l, p] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
      return [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)];
    };
    const [a, b] = [vector(from), vector(to)];
    const side = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    const size = Math.hypot(...side) || 1, reach = Math.min(1, d3.geoDistance(from, to)) * 0.065 * bend;
    const between = d3.geoInterpolate(from, to), coordinates = [];
    for (let step = 0; step <= 16; step++) {
      const t = step / 16, point = vector(between(t)), off = (reach * Math.sin(Math.PI * t)) / size;
      const [x, y, z] = point.map((value, i) => value + side[i] * off);
      coordinates.push([(Math.atan2(y, x) * 180) / Math.PI, (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI]);
    }
    return { type: "LineString", coordinates };
  };
})();
