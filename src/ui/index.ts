/** The design system's public surface: everything a page draws with. */
export { accentCss, checkAccent, defaultAccent } from './accent.ts';
export { placeSegments, type Segment, SmallBar, StackedBar } from './bars.tsx';
export { Button, type ButtonKind, LinkButton, Submit } from './buttons.tsx';
export { LineChart, type Point, StepAreaChart } from './charts.tsx';
export { type ClientScript, clientEntries } from './client/entries.ts';
export { CodeSquare } from './code-square.tsx';
export { type Fact, Figure, type Moment, PageHeader, Section, Steps, SummaryList, Tabs, Timeline } from './content.tsx';
export { CopyLine } from './copy.tsx';
export { Diff } from './diff.tsx';
export { ErrorSummary, withFieldNames } from './errors.tsx';
export { QuickExit } from './exit.tsx';
export {
  BilingualField,
  Checkbox,
  Checkboxes,
  DateField,
  FieldGroup,
  FileField,
  Hidden,
  type Option,
  Radios,
  Select,
  TextArea,
  TextField,
} from './fields.tsx';
export { Actions, type FieldErrors, type FieldProps, Form, fieldId } from './form.tsx';
export {
  capitalized,
  formatDay,
  formatInstant,
  formatList,
  formatMoney,
  formatNumber,
  formatPercent,
} from './format.ts';
export { type Crumb, Crumbs, Layout, type LayoutProps, renderPage } from './layout.tsx';
export { Alert, Details, Empty, Progress, Tag } from './notes.tsx';
export { Pager, pageFrom } from './pager.tsx';
export { Script } from './script.tsx';
export { type Status, StatusTag, statusOrder } from './status.tsx';
export { type Column, type Sort, sortFrom, Table, type TableProps } from './table.tsx';
export { DateText, NumberText } from './text.tsx';
export { type Locale, type NavItem, paths, type Ui } from './ui.ts';
