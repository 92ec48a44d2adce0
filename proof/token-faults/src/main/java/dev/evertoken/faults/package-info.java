/**
 * Links tests to rows of the fault plan: {@link dev.evertoken.faults.Fault} names the rows that a test proves, {@link
 * dev.evertoken.faults.FaultReport} records how the test ended.
 */
@NullMarked
package dev.evertoken.faults;

import org.jspecify.annotations.NullMarked;
