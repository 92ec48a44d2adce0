/**
 * The interface for provider implementations: {@link dev.evertoken.spi.provider.Provider} describes an authorization
 * server, its {@link dev.evertoken.spi.provider.Refresher} calls the token endpoint, and the dialects judge the
 * responses of the token endpoint and of the API.
 */
@NullMarked
package dev.evertoken.spi.provider;

import org.jspecify.annotations.NullMarked;
