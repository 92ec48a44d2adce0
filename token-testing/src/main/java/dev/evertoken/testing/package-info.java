/**
 * What tests of an application and tests of this library share: fakes one can run against, contracts for
 * what one plugs in, and the record of which fault is covered by which test.
 */
@NullMarked
package dev.evertoken.testing;

import org.jspecify.annotations.NullMarked;
