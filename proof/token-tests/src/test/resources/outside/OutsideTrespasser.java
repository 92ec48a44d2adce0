package com.example.shop;

import dev.evertoken.TokenCache;

/** Reaches for what is none of its business. */
public final class OutsideTrespasser {
    /** What it must not have. */
    public TokenCache cache;
}
