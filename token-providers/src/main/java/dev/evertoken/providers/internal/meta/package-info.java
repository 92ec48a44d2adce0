/** Facebook and Instagram. */
@NullMarked
package dev.evertoken.providers.internal.meta;

import org.jspecify.annotations.NullMarked;
