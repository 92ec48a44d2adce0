package dev.evertoken.model;

/** Checks of the small texts that name things: ids, namespaces, account names. */
final class Words {

    private Words() {}

    static void require(String what, String text, int maxLength) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(what + " is blank");
        }
        if (text.length() > maxLength) {
            throw new IllegalArgumentException(what + " has " + text.length() + " characters, more than " + maxLength);
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException(what + " has a control character at index " + i);
            }
        }
    }
}
