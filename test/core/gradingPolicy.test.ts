import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coresOf } from '../../src/core/gradingPolicy.ts';

test("a container has one core unless quota and period, or Docker's own period, say otherwise", () => {
  const limits = { memoryBytes: null, memoryReservationBytes: null };
  assert.equal(coresOf(null), 1);
  assert.equal(coresOf({ ...limits, cpuPeriod: null, cpuQuota: null }), 1);
  assert.equal(coresOf({ ...limits, cpuPeriod: null, cpuQuota: 400_000 }), 4);
  assert.equal(coresOf({ ...limits, cpuPeriod: 50_000, cpuQuota: 25_000 }), 0.5);
});
