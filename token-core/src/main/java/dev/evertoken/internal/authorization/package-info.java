/** The authorization of an account by its user: the request, the redirect back, the code exchange. */
@NullMarked
package dev.evertoken.internal.authorization;

import org.jspecify.annotations.NullMarked;
