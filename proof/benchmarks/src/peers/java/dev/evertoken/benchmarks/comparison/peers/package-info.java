/** The peers of the comparison; compiled with the profile {@code comparison} only, which adds their libraries. */
@NullMarked
package dev.evertoken.benchmarks.comparison.peers;

import org.jspecify.annotations.NullMarked;
