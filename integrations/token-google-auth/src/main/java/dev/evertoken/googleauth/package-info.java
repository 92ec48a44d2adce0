/**
 * Tokens for Google's client libraries. {@link dev.evertoken.googleauth.TokenRequestInitializer} is for the libraries
 * over {@code google-http-client}, such as Calendar, Gmail and YouTube, and
 * {@link dev.evertoken.googleauth.EvertokenCredentials} for those that take credentials of google-auth, such as gRPC.
 */
@NullMarked
package dev.evertoken.googleauth;

import org.jspecify.annotations.NullMarked;
