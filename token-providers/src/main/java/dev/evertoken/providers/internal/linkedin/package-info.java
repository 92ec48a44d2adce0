/** LinkedIn. */
@NullMarked
package dev.evertoken.providers.internal.linkedin;

import org.jspecify.annotations.NullMarked;
