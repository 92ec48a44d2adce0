/**
 * Readers for token files of other libraries and for plain rows, so that accounts that exist already can be connected.
 *
 * <p>{@link dev.evertoken.imports.TokenFileFormat} reads the files, {@link dev.evertoken.imports.TokenRows} reads rows
 * of a table. Both only read: {@code Tokens.connect} or {@code Tokens.connectAll} stores the tokens.
 */
@NullMarked
package dev.evertoken.imports;

import org.jspecify.annotations.NullMarked;
