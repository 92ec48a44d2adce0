/** Code that breaks the rules on purpose, one rule per file, so that each rule is seen to fail. */
package dev.evertoken.architecture.offenders;
