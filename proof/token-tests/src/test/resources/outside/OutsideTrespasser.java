package com.example.shop;

import dev.evertoken.internal.cache.TokenCache;

/** Uses a class that the module of the core does not export. */
public final class OutsideTrespasser {
    /** The class of an internal package. */
    public TokenCache cache;
}
