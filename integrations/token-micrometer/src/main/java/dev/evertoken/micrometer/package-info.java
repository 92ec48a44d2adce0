/**
 * Metrics and traces of an engine with Micrometer: {@link dev.evertoken.micrometer.TokenMetrics} for a meter registry,
 * and {@link dev.evertoken.micrometer.TokenObservations} for an observation registry.
 * {@code docs/operating.md} lists the meters, and has a dashboard and alert rules.
 */
@NullMarked
package dev.evertoken.micrometer;

import org.jspecify.annotations.NullMarked;
