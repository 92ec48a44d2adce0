/**
 * A training dashboard that copies activities from Strava: tokens in the columns of its table, a refresh on access and
 * in the background, and an answer that helps for each failure. Start with {@code StravaSync}.
 */
@NullMarked
package dev.evertoken.examples.stravasync;

import org.jspecify.annotations.NullMarked;
