/** Connects, disconnects, revokes and describes accounts, including derived and client-credentials accounts. */
@NullMarked
package dev.evertoken.internal.account;

import org.jspecify.annotations.NullMarked;
