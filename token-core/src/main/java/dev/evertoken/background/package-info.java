/**
 * Refreshes the accounts that are due without a request for their tokens: {@link
 * dev.evertoken.background.BackgroundRefresh}.
 */
@NullMarked
package dev.evertoken.background;

import org.jspecify.annotations.NullMarked;
