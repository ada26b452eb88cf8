import { parseSync } from 'vite';

/** A node of the syntax tree, of which only what is asked for here is known. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/**
 * Finds text in JSX that has siblings which may come, go or change, as `line: text`.
 *
 * A browser's translator moves text into elements of its own. React knows nothing of that: it fails when it removes such
 * a text, or puts something before it. So text either is all that an element holds, in one piece, which React writes
 * anew whatever is there by then; or all beside it stands there for good: other text, elements and icons in their places.
 */
export function findBareText(fileName: string, code: string): string[] {
  const { program, errors } = parseSync(fileName, code, { lang: 'tsx', preserveParens: false });
  if (errors[0] !== undefined) throw new Error(`${fileName}: ${errors[0].message}`);
  const nodes = [...nodesOf(program as unknown as Node)];
  const icons = importedFrom('lucide-react', nodes);
  const elementMakers = makersOfElements(nodes);
  const found: string[] = [];
  for (const node of nodes) {
    if (node.type !== 'JSXElement' && node.type !== 'JSXFragment') continue;
    const children = childrenOf(node);
    // Nobody knows here what a fragment will stand beside.
    if (children.length === 1 && node.type === 'JSXElement') continue;
    const texts = children.filter((child) => mayBeText(child, elementMakers));
    const isSteady = children.every(
      (child) => isConstantText(child) || isOwnChildren(child) || isSteadyElement(child, icons),
    );
    // A component puts several children where it likes.
    if (isSteady && isHostElement(node)) continue;
    for (const { start, end } of texts) {
      const line = code.slice(0, start).split('\n').length;
      found.push(`${line}: ${code.slice(start, end).trim().replace(/\s+/g, ' ')}`);
    }
  }
  return found;
}

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodesOf(child);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function nodeAt(node: Node, property: string): Node {
  const value = node[property];
  if (!isNode(value)) throw new Error(`A ${node.type} has a ${property}.`);
  return value;
}

function listAt(node: Node, property: string): readonly Node[] {
  const value = node[property];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Children but for comments and spaces, which no translator touches. */
function childrenOf(element: Node): Node[] {
  return listAt(element, 'children').filter((child) => {
    if (child.type === 'JSXText') return /\S/.test(String(child['value']));
    if (child.type !== 'JSXExpressionContainer') return true;
    const expression = nodeAt(child, 'expression');
    return expression.type !== 'JSXEmptyExpression' && expression['value'] !== ' ';
  });
}

function elementName(element: Node): Node {
  return nodeAt(nodeAt(element, 'openingElement'), 'name');
}

function isHostElement(node: Node): boolean {
  return node.type === 'JSXElement' && /^[a-z]/.test(String(elementName(node)['name'] ?? 'A'));
}

function isSteadyElement(child: Node, icons: ReadonlySet<string>): boolean {
  return child.type === 'JSXElement' && (isHostElement(child) || icons.has(String(elementName(child)['name'])));
}

function isConstantText(child: Node): boolean {
  return child.type === 'JSXText';
}

/** What a component was given to show: its users are looked at, too. */
function isOwnChildren(child: Node): boolean {
  return child.type === 'JSXExpressionContainer' && nodeAt(child, 'expression')['name'] === 'children';
}

function mayBeText(child: Node, elementMakers: ReadonlySet<string>): boolean {
  if (child.type === 'JSXText') return true;
  return child.type === 'JSXExpressionContainer' && !yieldsElements(nodeAt(child, 'expression'), elementMakers);
}

/** Whether an expression gives elements, or nothing at all, and never text. */
function yieldsElements(node: Node, makers: ReadonlySet<string>): boolean {
  switch (node.type) {
    case 'JSXElement':
    case 'JSXFragment':
    case 'ArrowFunctionExpression':
      return true;
    case 'Identifier':
      return makers.has(String(node['name']));
    case 'Literal':
      return node['value'] === null;
    case 'LogicalExpression':
      return yieldsElements(nodeAt(node, 'right'), makers);
    case 'ConditionalExpression':
      return yieldsElements(nodeAt(node, 'consequent'), makers) && yieldsElements(nodeAt(node, 'alternate'), makers);
    case 'CallExpression':
      return callYieldsElements(node, makers);
    default:
      return false;
  }
}

function callYieldsElements(call: Node, makers: ReadonlySet<string>): boolean {
  const callee = nodeAt(call, 'callee');
  if (callee.type === 'Identifier') return makers.has(String(callee['name']));
  const [mapper] = listAt(call, 'arguments');
  const isMap = callee.type === 'MemberExpression' && nodeAt(callee, 'property')['name'] === 'map';
  return isMap && mapper !== undefined && returnsElements(mapper, makers);
}

function returnsElements(maker: Node, makers: ReadonlySet<string>): boolean {
  if (!/Function/.test(maker.type)) return false;
  const body = nodeAt(maker, 'body');
  if (body.type !== 'BlockStatement') return yieldsElements(body, makers);
  const returns = [...nodesOf(body)].filter(({ type, argument }) => type === 'ReturnStatement' && isNode(argument));
  return returns.length > 0 && returns.every((statement) => yieldsElements(nodeAt(statement, 'argument'), makers));
}

/** Names of a file's own elements, and of its functions that give some. */
function makersOfElements(nodes: readonly Node[]): ReadonlySet<string> {
  const makers = new Set<string>();
  for (const node of nodes) {
    const maker = node.type === 'VariableDeclarator' ? node['init'] : node;
    const name = node['id'];
    if (!isNode(maker) || !isNode(name)) continue;
    if (maker.type === 'JSXElement' || returnsElements(maker, makers)) makers.add(String(name['name']));
  }
  return makers;
}

function importedFrom(packageName: string, nodes: readonly Node[]): ReadonlySet<string> {
  const imports = nodes.filter(
    (node) => node.type === 'ImportDeclaration' && nodeAt(node, 'source')['value'] === packageName,
  );
  return new Set(
    imports.flatMap((node) => listAt(node, 'specifiers').map((each) => String(nodeAt(each, 'local')['name']))),
  );
}
