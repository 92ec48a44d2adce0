/** The protocol of claim, call and settle: what breaks without each rule, played with the real engine. */
@NullMarked
package dev.evertoken.protocol;

import org.jspecify.annotations.NullMarked;
