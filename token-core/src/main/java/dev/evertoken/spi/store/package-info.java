/**
 * The interface for store implementations: {@link dev.evertoken.spi.store.TokenStore} stores one
 * {@link dev.evertoken.spi.store.TokenRecord} for each account, {@link dev.evertoken.spi.store.TokenStoreFactory} opens
 * stores by location, {@link dev.evertoken.spi.store.DueIndex} finds accounts that are due for refresh,
 * {@link dev.evertoken.spi.store.ChangeStamp} shows that accounts were connected or disconnected by another process.
 */
@NullMarked
package dev.evertoken.spi.store;

import org.jspecify.annotations.NullMarked;
