package dev.evertoken.internal.record;

/** Whether records with secrets in clear text are accepted although there is a key ring. Immutable. */
public enum ClearText {
    /** They are rejected: otherwise any writer to the store could plant tokens. */
    REFUSED,
    /** They are accepted, and the next write seals them, so that encryption can be introduced for existing records. */
    ALLOWED
}
