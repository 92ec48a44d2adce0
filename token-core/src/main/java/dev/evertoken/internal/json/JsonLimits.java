package dev.evertoken.internal.json;

/**
 * The limits of a {@link JsonParser}. Immutable.
 *
 * @param levels the maximum depth: the outermost value is at level 1, the values in it are at level 2
 * @param numberLength the maximum length of a number, in characters
 * @param repeated whether a member may occur twice in one object
 */
public record JsonLimits(int levels, int numberLength, Repeated repeated) {

    /** The treatment of a member that occurs twice in one object, not counting {@code null}. */
    public enum Repeated {
        /** The text is rejected. */
        REJECTED,
        /** The text is rejected if the values differ, because it is ambiguous. */
        REJECTED_IF_DIFFERENT
    }
}
