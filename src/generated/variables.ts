/* Generated from schemas/variables.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One variable of an app: a text or an expression that other expressions name. Qlik's own variables are left out.
 */
export type Variable = {
  /**
   * Id of the app that holds the variable; joins to apps.id. Part of the key.
   */
  appId?: string | null;
  /**
   * Name of the variable, part of the key.
   */
  name?: string | null;
  /**
   * Id of the variable within its app. Null where the engine tells none.
   */
  id?: string | null;
  /**
   * What the variable stands for, with *** for what looks like a secret. Null where the engine does not tell it.
   */
  definition?: string | null;
  /**
   * Whether the definition begins with an equals sign, so that the variable's value is computed. Null without a definition.
   */
  isExpression?: boolean | null;
  /**
   * What the variable is for. Empty or null where nobody wrote anything.
   */
  description?: string | null;
  /**
   * Tags of the variable.
   */
  tags?: (string | null)[] | null;
  /**
   * Whether the load script made the variable.
   */
  isScriptCreated?: boolean | null;
};
