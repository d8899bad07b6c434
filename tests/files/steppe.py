"""The files of a small world: four nodes, a site, two links, a cable of two segments, two demands."""

from __future__ import annotations

TOPOLOGY = """
topology: steppe
sources:
  survey: {title: A survey, year: 2025}
nodes:
  almaty: {country: KZ, lat: 43.24, lon: 76.89, timezone: Asia/Almaty, source: survey}
  khorgos: {country: KZ, lat: 44.2, lon: 80.4}
  urumqi: {country: CN, lat: 43.8, lon: 87.6, timezone: Asia/Urumqi}
  oslo: {country: NO, lat: 59.9, lon: 10.7}
sites:
  changji: {node: urumqi, status: operating, compute: 800 PFLOPS}
links:
  khorgos-almaty: {ends: [khorgos, almaty], kind: terrestrial, length: 360 km, capacity: 800 Gbps}
  urumqi-khorgos: {ends: [urumqi, khorgos], kind: terrestrial, capacity: 800 Gbps}
cables:
  ring:
    capacity: 20 Tbps
    route: [oslo, almaty, urumqi]
    segments: {almaty--oslo: {length: 5000 km}}
risks:
  border: {fails: ["link:khorgos-almaty", "ring:almaty--urumqi"]}
"""
DEMAND = """
demand: steppe-2030
workloads:
  chat: {kind: inference, data: personal, traffic: 0.5 Gbps/PFLOPS, unserved: 60 kUSD/PFLOPS/year}
  internet: {kind: traffic, unserved: 10 kUSD/Gbps/year}
demands:
  - {origin: KZ, workload: chat, compute: {2026: 30 PFLOPS, 2030: 120 PFLOPS}}
  - {origin: almaty, to: oslo, workload: internet, rate: 400 Gbps}
"""
SCENARIO = """
scenario: steppe-2000p
topology: [topology.yaml]
demand: [demand.yaml]
years: [2026, 2030]
"""
