/** Evertoken beside the libraries that an application would use instead; see {@link Comparison}. */
@NullMarked
package dev.evertoken.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
