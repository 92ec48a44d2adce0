/**
 * The refresh of one account: the cycle of load, claim, call, settle and publish, its decision tables, writes that are
 * still pending, and the accounts whose tokens come from another account.
 */
@NullMarked
package dev.evertoken.internal.refresh;

import org.jspecify.annotations.NullMarked;
