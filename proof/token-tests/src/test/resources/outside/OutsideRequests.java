package com.example.shop;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.okhttp.TokenInterceptor;
import okhttp3.Interceptor;

/** Signs requests for all accounts or for one. */
public final class OutsideRequests {
    private OutsideRequests() {}

    /** Returns an interceptor that signs for the account of each request. */
    public static Interceptor all(Tokens tokens) {
        return TokenInterceptor.of(tokens).requireAccount();
    }

    /** Returns an interceptor that signs for one account. */
    public static Interceptor one(TokenSource source) {
        return TokenInterceptor.of(source);
    }
}
