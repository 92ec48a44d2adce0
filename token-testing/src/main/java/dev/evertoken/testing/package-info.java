/**
 * The test kit of Evertoken, for tests of this library and of applications: mock providers, fakes and contracts for
 * plug-ins.
 */
@NullMarked
package dev.evertoken.testing;

import org.jspecify.annotations.NullMarked;
