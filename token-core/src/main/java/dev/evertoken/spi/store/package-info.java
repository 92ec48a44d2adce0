/**
 * What the author of a store implements and uses: {@link dev.evertoken.spi.store.TokenStore} keeps one {@link
 * dev.evertoken.spi.store.TokenRecord} for each account, {@link dev.evertoken.spi.store.TokenStoreFactory} opens stores by
 * location, {@link dev.evertoken.spi.store.DueIndex} finds accounts that are due for refresh, {@link
 * dev.evertoken.spi.store.RecordCopies} keeps copies of records for the time while the store fails.
 */
@NullMarked
package dev.evertoken.spi.store;

import org.jspecify.annotations.NullMarked;
